use super::*;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Barrier, mpsc};
use std::thread;

const MIB: u64 = 1 << 20;

fn pool(mib: u64, max_running: u32, queue_len: u32, wait_ms: u64) -> Pool {
    Pool::new(Sizes {
        budget_bytes: mib * MIB,
        max_running,
        queue_len,
        queue_wait: Duration::from_millis(wait_ms),
        company_from_bytes: 0,
    })
}

fn kind_of(result: Result<(), Error>) -> Option<ErrorKind> {
    result.err().map(|error| error.kind())
}

/// Waits until `is_so`; a test that waits for ever is ended by its runner.
fn until(is_so: impl Fn() -> bool) {
    while !is_so() {
        thread::yield_now();
    }
}

#[test]
fn a_second_job_of_a_size_gets_the_mapping_of_the_first_wiped() {
    let pool = pool(64, 2, 0, 0);
    let mut base = 0;
    for round in 0..3 {
        pool.run(10 * MIB, |lease| {
            let words = lease.memory().and_then(|m| m.bytes_and_words(0, 1 << 20));
            let (_, words) = words.expect("the memory asked for");
            assert!(words.iter().all(|word| *word == 0), "round {round}");
            words.fill(u32::MAX);
            let here = words.as_ptr() as usize;
            assert!(round == 0 || here == base);
            base = here;
            Ok(())
        })
        .expect("room");
    }
    let stats = pool.stats();
    assert_eq!(
        (stats.memory_bytes, stats.memory_idle_bytes),
        (10 * MIB, 10 * MIB)
    );
    assert_eq!((stats.running, stats.running_peak, stats.jobs), (0, 1, 3));
    assert_eq!(pool.trim(), 10 * MIB);
    assert_eq!((pool.trim(), pool.stats().memory_bytes), (0, 0));
}

/// So that a core that is seldom busy stays in memory that the caches still hold.
#[test]
fn of_two_mappings_the_one_used_last_is_taken() {
    let pool = pool(64, 2, 0, 0);
    let base = |lease: &mut Lease<'_>| {
        let words = lease.memory().and_then(|m| m.bytes_and_words(0, 1));
        words.expect("the memory asked for").1.as_ptr() as usize
    };
    let mut last = 0;
    let outer = |outer: &mut Lease<'_>| {
        pool.run(10 * MIB, |_| Ok(()))?;
        last = base(outer);
        Ok(())
    };
    pool.run(10 * MIB, outer).expect("room");
    let mut next = 0;
    for _ in 0..3 {
        let job = |lease: &mut Lease<'_>| {
            next = base(lease);
            Ok(())
        };
        pool.run(10 * MIB, job).expect("room");
        assert_eq!(next, last);
    }
}

#[test]
fn idle_mappings_of_other_sizes_go_before_anyone_is_told_busy() {
    let pool = pool(16, 4, 0, 0);
    for mib in [4, 6, 2, 8, 16, 2] {
        pool.run(mib * MIB, |_| Ok(())).expect("room");
        assert!(pool.stats().memory_bytes <= 16 * MIB);
    }
    assert_eq!(pool.stats().busy, 0);
    assert_eq!(pool.stats().memory_peak_bytes, 16 * MIB);
}

#[test]
fn no_more_idle_mappings_are_kept_than_jobs_can_use() {
    let pool = pool(64, 2, 0, 0);
    for mib in [2, 4, 6, 8, 10, 12] {
        pool.run(mib * MIB, |_| Ok(())).expect("room");
    }
    // Two jobs and a guest of each; those idle for longest went.
    assert_eq!(pool.stats().memory_idle_bytes, 36 * MIB);
}

#[test]
fn more_than_the_whole_budget_is_told_apart_from_a_full_house() {
    let pool = pool(8, 2, 4, 1000);
    assert_eq!(
        kind_of(pool.run(8 * MIB + 1, |_| Ok(()))),
        Some(ErrorKind::Budget)
    );
    assert_eq!(
        kind_of(pool.run(u64::MAX, |_| Ok(()))),
        Some(ErrorKind::Budget)
    );
    assert_eq!(pool.check(8 * MIB), Ok(()));
    let error = pool.check(9 * MIB).expect_err("over").to_string();
    assert_eq!(
        error,
        "work memory in bytes is 9437184, over the limit of 8388608"
    );
    assert_eq!((pool.stats().busy, pool.stats().jobs), (0, 0));
}

#[test]
fn capacity_is_what_fits() {
    let pool = pool(64, 4, 0, 0);
    for (bytes, jobs) in [
        (0, 4),
        (1, 4),
        (16 * MIB, 4),
        (19 * MIB, 3),
        (64 * MIB, 1),
        (65 * MIB, 0),
    ] {
        assert_eq!(pool.capacity(bytes), jobs, "{bytes}");
    }
}

/// Slots bound jobs without memory as they bound those with.
#[test]
fn never_more_jobs_than_slots_nor_more_bytes_than_the_budget() {
    let pool = pool(8, 3, 1000, 60_000);
    let (running, most) = (AtomicU32::new(0), AtomicU32::new(0));
    let bytes_now = std::sync::atomic::AtomicU64::new(0);
    thread::scope(|scope| {
        for thread in 0..16_u64 {
            let (pool, running, most, bytes_now) = (&pool, &running, &most, &bytes_now);
            scope.spawn(move || {
                for round in 0..200_u64 {
                    let bytes = [0, 1, 2 * MIB, 4 * MIB, 8 * MIB][((thread + round) % 5) as usize];
                    pool.run(bytes, |_| {
                        let now = running.fetch_add(1, Ordering::SeqCst) + 1;
                        most.fetch_max(now, Ordering::SeqCst);
                        let all = bytes_now.fetch_add(bytes, Ordering::SeqCst) + bytes;
                        assert!(all <= 8 * MIB, "{all} bytes in use");
                        thread::yield_now();
                        bytes_now.fetch_sub(bytes, Ordering::SeqCst);
                        running.fetch_sub(1, Ordering::SeqCst);
                        Ok(())
                    })
                    .expect("the queue is long and patient enough");
                }
            });
        }
    });
    let stats = pool.stats();
    assert_eq!(most.load(Ordering::SeqCst), 3);
    assert_eq!((stats.running_peak, stats.running, stats.queued), (3, 0, 0));
    assert_eq!((stats.jobs, stats.busy), (3200, 0));
    assert!(stats.memory_peak_bytes <= 8 * MIB);
}

#[test]
fn who_waits_is_served_in_order_and_one_too_many_is_refused_at_once() {
    let pool = pool(8, 1, 3, 60_000);
    let (told, order) = mpsc::channel();
    thread::scope(|scope| {
        pool.run(0, |_| {
            for number in 0..3_u32 {
                let (pool, told) = (&pool, told.clone());
                scope.spawn(move || {
                    pool.run(0, |_| {
                        told.send(number).expect("open");
                        Ok(())
                    })
                });
                until(|| pool.stats().queued == number + 1);
            }
            assert_eq!(kind_of(pool.run(0, |_| Ok(()))), Some(ErrorKind::Busy));
            Ok(())
        })
        .expect("room");
    });
    assert_eq!(order.try_iter().collect::<Vec<_>>(), [0, 1, 2]);
    let stats = pool.stats();
    assert_eq!((stats.jobs, stats.busy, stats.queued_peak), (4, 1, 3));
}

/// Who needs much is not overtaken for ever by those who need little.
#[test]
fn nobody_overtakes_who_waits_for_memory() {
    let pool = pool(8, 4, 4, 60_000);
    let (told, order) = mpsc::channel();
    thread::scope(|scope| {
        pool.run(2 * MIB, |_| {
            for (queued, (name, mib)) in [("large", 8), ("small", 2)].into_iter().enumerate() {
                let (pool, told) = (&pool, told.clone());
                scope.spawn(move || {
                    pool.run(mib * MIB, |_| {
                        told.send(name).expect("open");
                        Ok(())
                    })
                });
                until(|| pool.stats().queued as usize == queued + 1);
            }
            Ok(())
        })
        .expect("room");
    });
    assert_eq!(order.try_iter().collect::<Vec<_>>(), ["large", "small"]);
}

#[test]
fn a_wait_that_is_over_is_busy_and_lets_others_pass() {
    let pool = pool(8, 2, 4, 50);
    let barrier = Barrier::new(2);
    thread::scope(|scope| {
        scope.spawn(|| {
            pool.run(2 * MIB, |_| {
                barrier.wait();
                // Until the large one has given up, and the small one behind it has run.
                until(|| pool.stats().busy >= 1 && pool.stats().jobs == 2);
                Ok(())
            })
        });
        barrier.wait();
        let large = scope.spawn(|| pool.run(8 * MIB, |_| Ok(())));
        until(|| pool.stats().queued == 1 || pool.stats().busy >= 1);
        loop {
            // A wait of its own may be over before the one in front.
            if pool.run(MIB, |_| Ok(())).is_ok() {
                break;
            }
        }
        assert_eq!(
            kind_of(large.join().expect("no panic")),
            Some(ErrorKind::Busy)
        );
    });
    assert_eq!((pool.stats().running, pool.stats().queued), (0, 0));
}

#[test]
fn without_patience_or_a_queue_a_full_house_is_busy_at_once() {
    for pool in [pool(8, 1, 4, 0), pool(8, 1, 0, 60_000)] {
        pool.run(0, |_| {
            assert_eq!(kind_of(pool.run(0, |_| Ok(()))), Some(ErrorKind::Busy));
            Ok(())
        })
        .expect("room");
        assert_eq!((pool.stats().jobs, pool.stats().busy), (1, 1));
        pool.run(0, |_| Ok(())).expect("room again");
    }
}

#[test]
fn a_job_that_fails_or_panics_gives_back_what_it_had() {
    let pool = pool(8, 1, 0, 0);
    let failed = pool.run(MIB, |_| {
        Err::<(), _>(Error::new(ErrorKind::Internal, "planted"))
    });
    assert_eq!(kind_of(failed), Some(ErrorKind::Internal));
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        pool.run(MIB, |lease| -> Result<(), Error> {
            let memory = lease.memory().and_then(|m| m.bytes_and_words(0, 1024));
            memory.expect("memory").1.fill(u32::MAX);
            panic!("planted")
        })
    }));
    assert!(panicked.is_err());
    assert_eq!(pool.stats().running, 0);
    pool.run(MIB, |lease| {
        let memory = lease.memory().and_then(|m| m.bytes_and_words(0, 1024));
        assert!(memory.expect("memory").1.iter().all(|word| *word == 0));
        Ok(())
    })
    .expect("room again");
}

#[test]
fn what_the_system_does_not_give_is_an_error_and_costs_no_slot() {
    // A budget that no machine has.
    let pool = pool(1 << 40, 1, 0, 0);
    for _ in 0..3 {
        assert_eq!(
            kind_of(pool.run(1 << 59, |_| Ok(()))),
            Some(ErrorKind::Memory)
        );
    }
    assert_eq!((pool.stats().running, pool.stats().memory_bytes), (0, 0));
    pool.run(MIB, |_| Ok(())).expect("room");
}
