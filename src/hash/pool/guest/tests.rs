use super::super::lease::Seat;
use super::super::{Lease, Request, Sizes};
use super::*;
use crate::error::{Error, ErrorKind};
use crate::hash::interleave::{self, Group, Inputs, Member};
use crate::hash::{Kdf, Tag, Variant, Version};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::AtomicBool;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

const FUNCTION: Argon2 = Argon2::fixed(Variant::Id, Version::V0x13, 256, 3, 1);

const REQUEST: Request = Request {
    bytes: 256 << 10,
    only: Some(FUNCTION),
};

/// One slot, and memory for as many as may wait.
fn pool(interleave: bool) -> Pool {
    Pool::new(Sizes {
        budget_bytes: 16 << 20,
        max_running: 1,
        queue_len: 16,
        queue_wait: Duration::from_secs(60),
        company_from_bytes: if interleave { 0 } else { u64::MAX },
    })
}

fn tag_in(lease: &mut Lease<'_>, password: &[u8]) -> Result<[u8; 32], Error> {
    tag_of(lease, FUNCTION, password)
}

fn tag_of(lease: &mut Lease<'_>, function: Argon2, password: &[u8]) -> Result<[u8; 32], Error> {
    let mut hash = Hash {
        password,
        tag: [0; 32],
    };
    interleave::compute(&Kdf::Argon2(function), lease, Group::alone(&mut hash))?;
    Ok(hash.tag)
}

struct Hash<'a> {
    password: &'a [u8],
    tag: [u8; 32],
}

impl Member for Hash<'_> {
    fn enter(
        &mut self,
        use_inputs: &mut dyn FnMut(Inputs<'_>) -> Result<(), Error>,
    ) -> Result<(), Error> {
        use_inputs(Inputs {
            input: self.password,
            salt: b"somesalt",
            tag_len: self.tag.len(),
        })
    }

    fn tag_len(&self) -> usize {
        self.tag.len()
    }

    fn take(&mut self, tag: Tag) {
        self.tag = tag.as_slice().try_into().expect("as long");
    }
}

fn tag(password: &[u8]) -> [u8; 32] {
    by_itself(FUNCTION, password)
}

fn by_itself(function: Argon2, password: &[u8]) -> [u8; 32] {
    let mut tag = [0; 32];
    let kdf = Kdf::Argon2(function);
    kdf.derive(password, b"somesalt", &mut tag)
        .expect("computes");
    tag
}

/// A test that waits for ever is ended by its runner.
fn until(mut is_so: impl FnMut() -> bool) {
    while !is_so() {
        thread::yield_now();
    }
}

/// The company of a job, as it is asked for between two segments.
fn host<'l>(lease: &'l mut Lease<'_>) -> Host<'l> {
    Host {
        pool: lease.pool,
        shared: lease.shared,
        function: FUNCTION,
        guest: &mut lease.guest,
    }
}

/// Nothing is in use, and every place can be taken again.
fn check_empty(pool: &Pool) {
    let stats = pool.stats();
    assert_eq!((stats.running, stats.queued), (0, 0));
    assert_eq!(stats.memory_bytes, stats.memory_idle_bytes);
    let shared = pool.shared().expect("there");
    let free = shared.undisturbed(|shared| lock(shared).queue.free());
    assert_eq!(free, Some(16 + 2));
}

/// A host in one thread, up to when its guest's blocks are there, and a guest in another.
fn with_host_and_guest(
    as_host: impl FnOnce(&mut Lease<'_>) + Send,
    as_guest: impl Fn(&mut Lease<'_>) -> Result<[u8; 32], Error> + Send,
) -> Result<[u8; 32], Error> {
    let pool = pool(true);
    let result = thread::scope(|scope| {
        let (started, has_started) = mpsc::channel();
        let mut as_host = Some(as_host);
        let pool = &pool;
        let hosting = scope.spawn(move || {
            pool.run_as(REQUEST, |lease| {
                started.send(()).expect("listens");
                until(|| pool.stats().queued == 1);
                if let Some(as_host) = as_host.take() {
                    as_host(lease);
                }
                Ok(())
            })
        });
        has_started.recv().expect("sends");
        let result = pool.run_as(REQUEST, as_guest);
        // A panic of the host is its own.
        let _ = hosting.join();
        result
    });
    check_empty(&pool);
    assert_eq!(pool.stats().running_peak, 1);
    // Not broken by what happened.
    let again = pool.run_as(REQUEST, |lease| tag_in(lease, b"again"));
    assert_eq!(again, Ok(tag(b"again")));
    result
}

#[test]
fn a_host_and_its_guest_both_have_their_own_tag() {
    let result = with_host_and_guest(
        |lease| {
            until(|| host(lease).mate().is_some());
            assert_eq!(tag_in(lease, b"host"), Ok(tag(b"host")));
            // The host came first, so it is done first.
            assert!(lease.guest.is_some());
        },
        |lease| {
            let result = tag_in(lease, b"guest");
            assert!(lease.seat == Seat::Slot);
            result
        },
    );
    assert_eq!(result, Ok(tag(b"guest")));
}

/// Neither a job that computes other things besides, nor one of another function, nor of one that is.
#[test]
fn only_who_computes_the_same_and_nothing_else_is_a_host() {
    let other = Argon2::fixed(Variant::Id, Version::V0x13, 256, 1, 1);
    for (only, of_waiting) in [
        (None, FUNCTION),
        (Some(other), FUNCTION),
        (Some(FUNCTION), other),
    ] {
        let pool = pool(true);
        thread::scope(|scope| {
            let (started, has_started) = mpsc::channel();
            let pool = &pool;
            let hosting = scope.spawn(move || {
                let request = Request { only, ..REQUEST };
                pool.run_as(request, |lease| {
                    started.send(()).expect("listens");
                    until(|| pool.stats().queued == 1);
                    for (function, password) in [(FUNCTION, b"one"), (other, b"two")] {
                        let made = tag_of(lease, function, password)?;
                        assert_eq!(made, by_itself(function, password));
                        assert!(lease.guest.is_none());
                    }
                    Ok(())
                })
            });
            has_started.recv().expect("sends");
            let request = Request {
                only: Some(of_waiting),
                ..REQUEST
            };
            let result = pool.run_as(request, |lease| tag_of(lease, of_waiting, b"guest"));
            assert_eq!(result, Ok(by_itself(of_waiting, b"guest")));
            let hosted = hosting.join().expect("no panic");
            assert!(hosted.is_ok());
        });
        check_empty(&pool);
        assert_eq!(pool.stats().joined, 0);
    }
}

#[test]
fn a_guest_goes_on_in_the_slot_that_its_host_leaves() {
    let as_guest = |lease: &mut Lease<'_>| {
        let result = tag_in(lease, b"guest");
        assert!(lease.seat == Seat::Slot);
        result
    };
    // Before a block is made, and where the guest has not even come.
    let comes = |lease: &mut Lease<'_>| until(|| host(lease).mate().is_some());
    let is_asked = |lease: &mut Lease<'_>| {
        until(|| {
            let _ = host(lease).mate();
            lease.guest.is_some()
        })
    };
    assert_eq!(with_host_and_guest(comes, as_guest), Ok(tag(b"guest")));
    assert_eq!(with_host_and_guest(is_asked, as_guest), Ok(tag(b"guest")));
    // With some of them made.
    let half = |lease: &mut Lease<'_>| {
        until(|| host(lease).mate().is_some());
        let mut company = Few {
            host: host(lease),
            left: 5,
        };
        let mut memory = WorkMemory::new(REQUEST.bytes).expect("memory");
        FUNCTION
            .make_rest(&mut memory, &mut 0, &mut company)
            .expect("fits");
    };
    assert_eq!(with_host_and_guest(half, as_guest), Ok(tag(b"guest")));
}

/// Company for so many segments.
struct Few<'l> {
    host: Host<'l>,
    left: u32,
}

impl Company for &mut Few<'_> {
    fn mate(&mut self) -> Option<Job<'_>> {
        self.left = self.left.checked_sub(1)?;
        self.host.mate()
    }
}

#[test]
fn a_host_that_panics_takes_the_blocks_it_has_with_it() {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let as_guest = |lease: &mut Lease<'_>| tag_in(lease, b"guest");
    let lost = with_host_and_guest(
        |lease| {
            until(|| host(lease).mate().is_some());
            lease.is_making = true;
            panic!("planted");
        },
        as_guest,
    );
    // Between two segments, before it has them, and before there is a guest.
    let whole = |lease: &mut Lease<'_>| {
        until(|| host(lease).mate().is_some());
        panic!("planted");
    };
    let asked = |lease: &mut Lease<'_>| {
        until(|| {
            let _ = host(lease).mate();
            lease.guest.is_some()
        });
        lease.is_making = true;
        panic!("planted");
    };
    let kept = [
        with_host_and_guest(whole, as_guest),
        with_host_and_guest(asked, as_guest),
        with_host_and_guest(|_| panic!("planted"), as_guest),
    ];
    std::panic::set_hook(hook);
    assert_eq!(lost.map_err(|error| error.kind()), Err(ErrorKind::Internal));
    for kept in kept {
        assert_eq!(kept, Ok(tag(b"guest")));
    }
}

#[test]
fn a_guest_that_does_not_come_keeps_nobody_waiting() {
    let error = || Error::new(ErrorKind::Internal, "planted");
    // While the host waits for it.
    let result = with_host_and_guest(
        |lease| {
            until(|| {
                let _ = host(lease).mate();
                lease.guest.is_some()
            });
            until(|| {
                let _ = host(lease).mate();
                lease.guest.is_none()
            });
            assert_eq!(tag_in(lease, b"host"), Ok(tag(b"host")));
        },
        |_| Err(error()),
    );
    assert!(result.is_err());
    // After the host has left it the slot.
    let is_left = AtomicBool::new(false);
    let result = with_host_and_guest(
        |lease| {
            until(|| {
                let _ = host(lease).mate();
                lease.guest.is_some()
            });
            is_left.store(true, Ordering::SeqCst);
        },
        |_| {
            until(|| is_left.load(Ordering::SeqCst));
            thread::sleep(Duration::from_millis(20));
            Err(error())
        },
    );
    assert!(result.is_err());
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        with_host_and_guest(|lease| drop(tag_in(lease, b"host")), |_| panic!("planted"))
    }));
    assert!(panicked.is_err());
}

/// What a job leaves in its memory, another one finds that waits for as much to fill with all of it,
/// and no other.
#[test]
fn memory_goes_unwiped_only_to_who_overwrites_it() {
    let smaller = Argon2::fixed(Variant::Id, Version::V0x13, 252, 3, 1);
    for (only, expected) in [(Some(FUNCTION), 0xa5), (Some(smaller), 0), (None, 0)] {
        let pool = pool(false);
        thread::scope(|scope| {
            let (started, has_started) = mpsc::channel();
            let pool = &pool;
            scope.spawn(move || {
                pool.run_as(REQUEST, |lease| {
                    let memory = lease.memory().expect("asked for");
                    memory
                        .bytes_and_words(256 << 10, 0)
                        .expect("fits")
                        .0
                        .fill(0xa5);
                    started.send(()).expect("listens");
                    until(|| pool.stats().queued == 1);
                    Ok(())
                })
            });
            has_started.recv().expect("sends");
            let request = Request { only, ..REQUEST };
            let result = pool.run_as(request, |lease| {
                let memory = lease.memory().expect("asked for");
                let (bytes, _) = memory.bytes_and_words(256 << 10, 0).expect("fits");
                assert!(bytes.iter().all(|byte| *byte == expected));
                tag_of(lease, only.unwrap_or(FUNCTION), b"next")
            });
            assert_eq!(result, Ok(by_itself(only.unwrap_or(FUNCTION), b"next")));
        });
        check_empty(&pool);
        pool.run(REQUEST.bytes, |lease| {
            let memory = lease.memory().expect("asked for");
            let (bytes, _) = memory.bytes_and_words(256 << 10, 0).expect("fits");
            assert!(bytes.iter().all(|byte| *byte == 0), "wiped in the end");
            Ok(())
        })
        .expect("room");
    }
}

/// Many threads, one slot: some leave early, some ask for another function, some panic.
#[test]
fn whatever_many_do_at_once_the_pool_is_whole_afterwards() {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let rounds = if crate::hash::work::full() { 3000 } else { 150 };
    let joined = [true, false].map(|interleave| {
        let pool = pool(interleave);
        thread::scope(|scope| {
            for id in 0..8_u8 {
                let pool = &pool;
                scope.spawn(move || {
                    for round in 0..rounds {
                        let password = [id, u8::try_from(round % 251).expect("small")];
                        let what = (usize::from(id) * 7 + round * 13) % 20;
                        let only = Some(FUNCTION).filter(|_| what != 3);
                        let request = Request { only, ..REQUEST };
                        let result = catch_unwind(AssertUnwindSafe(|| {
                            pool.run_as(request, |lease| match what {
                                0 => Err(Error::new(ErrorKind::Argument, "planted")),
                                1 => panic!("planted"),
                                2 => {
                                    let _ = tag_in(lease, &password)?;
                                    panic!("planted");
                                }
                                _ => tag_in(lease, &password),
                            })
                        }));
                        match (what, result) {
                            (0, Ok(result)) => assert!(result.is_err()),
                            (1 | 2, result) => assert!(!matches!(result, Ok(Ok(_)))),
                            (_, Ok(Ok(made))) => assert_eq!(made, tag(&password)),
                            // Its host panicked.
                            (_, Ok(Err(error))) => assert_eq!(error.kind(), ErrorKind::Internal),
                            (_, Err(_)) => unreachable!("nothing panics here"),
                        }
                    }
                });
            }
        });
        check_empty(&pool);
        assert_eq!(pool.stats().running_peak, 1);
        assert!(pool.stats().memory_peak_bytes <= 16 << 20);
        pool.stats().joined
    });
    std::panic::set_hook(hook);
    println!("jobs beside another one: {joined:?}");
    assert!(joined[0] > 0);
    assert_eq!(joined[1], 0);
}
