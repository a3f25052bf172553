use super::*;
use crate::hash::work;
#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
use crate::hash::work::check_kernels;
use proptest::prelude::*;

const PRFS: [Prf; 2] = [Prf::Sha256, Prf::Sha512];

/// Every kernel, and the one that is the fastest for each number of streams.
fn ways() -> impl Iterator<Item = (&'static str, Option<Backend>)> {
    let kernels = Backend::all().map(|kernel| (kernel.name(), Some(kernel)));
    kernels.chain([("the fastest", None)])
}

struct Job {
    password: Vec<u8>,
    salt: Vec<u8>,
    tag_len: usize,
}

/// The tags of `jobs`, computed in one run.
fn tags_by(kernel: Option<Backend>, function: &Pbkdf2, jobs: &[Job]) -> Vec<Vec<u8>> {
    const PLACE: Place = Place { at: 0, of: 1 };
    fn inputs(job: &Job) -> Inputs<'_> {
        Inputs {
            input: &job.password,
            salt: &job.salt,
            tag_len: job.tag_len,
        }
    }
    let begin = |job: &Job| {
        let begun = function.begin(None, PLACE, inputs(job));
        begun.expect("has steps")
    };
    let mut begun: Vec<Begun> = jobs.iter().map(begin).collect();
    function.run_by(kernel, &mut begun);
    let finish = |(job, begun): (&Job, &Begun)| {
        let mut tag = vec![0; job.tag_len];
        let finished = function.finish(None, PLACE, begun, inputs(job), &mut tag);
        finished.expect("has steps");
        tag
    };
    jobs.iter().zip(&begun).map(finish).collect()
}

fn tag_of_the_crate(function: &Pbkdf2, password: &[u8], salt: &[u8], len: usize) -> Vec<u8> {
    let mut tag = vec![0; len];
    let derive = match function.prf() {
        Prf::Sha256 => pbkdf2::pbkdf2_hmac::<sha2::Sha256>,
        Prf::Sha512 => pbkdf2::pbkdf2_hmac::<sha2::Sha512>,
        #[cfg(feature = "imports")]
        Prf::Sha1 => pbkdf2::pbkdf2_hmac::<sha1::Sha1>,
    };
    derive(password, salt, function.iterations(), &mut tag);
    tag
}

#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
#[test]
fn every_kernel_that_the_cpu_can_run_is_there() {
    let known: [(_, &[_]); 3] = [
        ("avx512", &["avx512f"]),
        ("sha_ni", &["sha_ni", "ssse3", "sse4_1"]),
        ("avx2", &["avx2", "bmi1", "bmi2"]),
    ];
    check_kernels::<Backend>("PBKDF2", &known);
}

#[test]
fn every_kernel_computes_the_published_answers() {
    let bytes = |hex: &str| -> Vec<u8> {
        let digit = |i| {
            hex.get(i..i + 2)
                .and_then(|d| u8::from_str_radix(d, 16).ok())
        };
        let starts = (0..hex.len()).step_by(2).filter(|_| hex != "-");
        starts.map(|i| digit(i).expect("hex")).collect()
    };
    let files = [
        include_str!("../../../tests/vectors/pbkdf2-sha256.txt"),
        include_str!("../../../tests/vectors/pbkdf2-sha512.txt"),
    ];
    for (prf, text) in PRFS.into_iter().zip(files) {
        let answers = text.lines().filter_map(|line| line.strip_prefix("tag i="));
        for answer in answers {
            let [i, password, salt, tag] = answer.split(' ').collect::<Vec<_>>()[..] else {
                panic!("{answer}");
            };
            let function = Pbkdf2::fixed(prf, i.parse().expect("a number"));
            let quoted = password.strip_prefix('"').and_then(|p| p.strip_suffix('"'));
            let tag = bytes(tag);
            for (way, kernel) in ways() {
                let job = Job {
                    password: quoted.map_or_else(|| bytes(password), |text| text.into()),
                    salt: bytes(salt),
                    tag_len: tag.len(),
                };
                let ours = tags_by(kernel, &function, &[job]);
                assert_eq!(ours, std::slice::from_ref(&tag), "{way}: {answer}");
            }
        }
    }
}

#[test]
fn every_kernel_computes_what_the_pbkdf2_crate_does() {
    let some = |most| proptest::collection::vec(any::<u8>(), 0..=most);
    let job = (some(300), some(300), 0..=128_usize);
    let jobs = proptest::collection::vec(job, 0..=24);
    let inputs = (any::<bool>(), 1..=6_u32, jobs);
    work::agree(
        "the pbkdf2 crate",
        1_000,
        inputs,
        |(is_wide, iterations, jobs)| {
            let function = Pbkdf2::fixed(PRFS[usize::from(is_wide)], iterations);
            let most = MOST_BLOCKS * function.prf().output_bytes();
            let of = |(password, salt, len): (Vec<u8>, Vec<u8>, usize)| Job {
                password,
                salt,
                tag_len: len.min(most),
            };
            let jobs: Vec<Job> = jobs.into_iter().map(of).collect();
            let theirs =
                |job: &Job| tag_of_the_crate(&function, &job.password, &job.salt, job.tag_len);
            let theirs: Vec<Vec<u8>> = jobs.iter().map(theirs).collect();
            for (way, kernel) in ways() {
                prop_assert_eq!(&tags_by(kernel, &function, &jobs), &theirs, "{}", way);
            }
            Ok(())
        },
    );
}

#[test]
fn tags_of_any_length_are_computed_and_each_block_is_counted() {
    for prf in PRFS {
        let function = Pbkdf2::fixed(prf, 3);
        let block = prf.output_bytes();
        for len in [
            1,
            block - 1,
            block,
            block + 1,
            2 * block,
            2 * block + 1,
            1000,
            1024,
        ] {
            let mut tag = vec![0; len];
            let done = work::of(|| function.derive(b"password", b"salt", &mut tag));
            assert_eq!(tag, tag_of_the_crate(&function, b"password", b"salt", len));
            let iterations = done.sha256_iterations + done.sha512_iterations;
            assert_eq!(iterations, 3 * len.div_ceil(block) as u64);
            let is_short = len <= MOST_BLOCKS * block;
            assert_eq!(function.has_steps(len), is_short);
        }
    }
}

#[test]
fn a_run_counts_what_all_its_jobs_take() {
    let function = Pbkdf2::fixed(Prf::Sha256, 1000);
    let jobs: Vec<Job> = [16, 32, 33, 64]
        .map(|tag_len| Job {
            password: b"password".into(),
            salt: b"salt".into(),
            tag_len,
        })
        .into();
    let done = work::of(|| drop(tags_by(None, &function, &jobs)));
    assert_eq!(done.sha256_iterations, 1000 * (1 + 1 + 2 + 2));
}

#[test]
fn as_many_at_once_as_there_are_streams() {
    for prf in PRFS {
        let function = Pbkdf2::fixed(prf, 1000);
        let most = function.at_once(usize::MAX, 0);
        assert!((1..=16).contains(&most));
        assert_eq!(function.at_once(1, 0), 1);
    }
    assert_eq!(Backend::most_streams::<u32>(Some(Backend::PORTABLE)), 1);
    assert_eq!(Backend::most_streams::<u64>(Some(Backend::PORTABLE)), 1);
    #[cfg(feature = "imports")]
    assert!(!Pbkdf2::fixed(Prf::Sha1, 1000).has_steps(20));
}
