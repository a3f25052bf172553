use super::*;
use crate::hash::Stored;
#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
use crate::hash::work::check_kernels;
use crate::hash::work::{agree, full};
use proptest::prelude::*;
use proptest::sample::select;

/// From here on a vector is computed with `SALTBOX_PROOF=full` only.
const LARGE_BYTES: u64 = 1 << 30;

/// Work memory that holds other things, as that of the job before may.
fn dirty_memory(function: &Argon2) -> WorkMemory {
    let bytes = usize::try_from(function.memory_bytes()).expect("small");
    let mut memory = WorkMemory::new(bytes as u64).expect("memory");
    let (dirt, _) = memory.bytes_and_words(bytes, 0).expect("fits");
    dirt.fill(0xa5);
    memory
}

fn tag_by(backend: Backend, function: &Argon2, inputs: [&[u8]; 4], tag_len: usize) -> Vec<u8> {
    let mut memory = dirty_memory(function);
    let blocks = function.blocks(&mut memory, 1).expect("fits");
    let mut tag = vec![0; tag_len];
    function.begin(blocks, inputs, tag_len).expect("begins");
    function.make(backend, Job::new(blocks, &mut 0), Alone);
    function.finish(blocks, &mut tag).expect("ends");
    tag
}

/// A hash that comes when another one has so many segments.
struct Late<'m> {
    after: u64,
    mate: Mate<'m>,
}

impl Company for Late<'_> {
    fn mate(&mut self) -> Option<Job<'_>> {
        if self.after > 0 {
            self.after -= 1;
            return None;
        }
        self.mate.mate()
    }
}

/// Two hashes, of which the second joins the first after so many segments, and is then made to its end alone.
fn two_tags_by(
    backend: Backend,
    function: &Argon2,
    inputs: [[&[u8]; 4]; 2],
    tag_len: usize,
    after: u64,
) -> [Vec<u8>; 2] {
    let mut memory = [dirty_memory(function), dirty_memory(function)];
    let blocks = memory.each_mut();
    let blocks = blocks.map(|memory| function.blocks(memory, 1).expect("fits"));
    for (blocks, inputs) in blocks.iter().zip(inputs) {
        function.begin(blocks, inputs, tag_len).expect("begins");
    }
    let (mut first, mut second) = (0, 0);
    let mate = Mate::new(Job::new(blocks[1], &mut second), &Shape::of(function));
    function.make(
        backend,
        Job::new(blocks[0], &mut first),
        Late { after, mate },
    );
    function.make(backend, Job::new(blocks[1], &mut second), Alone);
    blocks.map(|blocks| {
        let mut tag = vec![0; tag_len];
        function.finish(blocks, &mut tag).expect("ends");
        tag
    })
}

#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
#[test]
fn every_kernel_that_the_cpu_can_run_is_there() {
    check_kernels::<Backend>("Argon2", &[("avx512", &["avx512f"]), ("avx2", &["avx2"])]);
}

fn bytes(field: &str) -> Vec<u8> {
    if let Some(text) = field.strip_prefix('"').and_then(|f| f.strip_suffix('"')) {
        return text.into();
    }
    let digits = if field == "-" { "" } else { field };
    let pairs = digits.as_bytes().chunks(2);
    let pairs = pairs.map(|pair| std::str::from_utf8(pair).expect("ASCII"));
    pairs
        .map(|pair| u8::from_str_radix(pair, 16).expect("hex"))
        .collect()
}

/// Function, password, salt and tag.
type Vector = (Argon2, Vec<u8>, Vec<u8>, Vec<u8>);

/// A row of `tests/vectors`, if it has a tag.
fn vector(variant: Variant, row: &str) -> Option<Vector> {
    let fields: Vec<&str> = row.split(' ').collect();
    match *fields {
        ["accept", password, stored] => {
            let stored = Stored::parse(stored.as_bytes()).expect("readable");
            let kdf::Kdf::Argon2(function) = *stored.kdf() else {
                panic!("not Argon2: {row}");
            };
            let tag = stored.tag.as_slice().to_vec();
            Some((function, bytes(password), stored.salt().to_vec(), tag))
        }
        ["tag", parameters, password, salt, tag] => {
            let mut reader = Reader::at(0, parameters.as_bytes());
            let (function, _) = Argon2::read(variant, &mut reader).expect("readable");
            Some((function, bytes(password), bytes(salt), bytes(tag)))
        }
        _ => None,
    }
}

#[test]
fn every_kernel_computes_the_published_answers() {
    let files = [
        (
            Variant::D,
            include_str!("../../../tests/vectors/argon2d.txt"),
        ),
        (
            Variant::I,
            include_str!("../../../tests/vectors/argon2i.txt"),
        ),
        (
            Variant::Id,
            include_str!("../../../tests/vectors/argon2id.txt"),
        ),
    ];
    for backend in Backend::all() {
        let mut count = 0;
        for (variant, file) in &files {
            for row in file.lines() {
                let Some((function, password, salt, tag)) = vector(*variant, row) else {
                    continue;
                };
                if function.memory_bytes() < LARGE_BYTES || full() {
                    let inputs = [&password[..], &salt, &[], &[]];
                    assert_eq!(tag_by(backend, &function, inputs, tag.len()), tag, "{row}");
                    count += 1;
                }
            }
        }
        println!("{}: {count} published answers", backend.name());
        assert!(count > 60);
    }
}

/// RFC 9106 section 5, which has a secret and associated data.
#[test]
fn every_kernel_computes_the_answers_of_the_rfc() {
    let answers = [
        (
            Variant::D,
            "512b391b6f1162975371d30919734294f868e3be3984f3c1a13a4db9fabe4acb",
        ),
        (
            Variant::I,
            "c814d9d1dc7f37aa13f0d77f2494bda1c8de6b016dd388d29952a4c4672b6ce8",
        ),
        (
            Variant::Id,
            "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659",
        ),
    ];
    for backend in Backend::all() {
        for (variant, answer) in answers {
            let function = Argon2::fixed(variant, Version::V0x13, 32, 3, 4);
            let inputs: [&[u8]; 4] = [&[1; 32], &[2; 16], &[3; 8], &[4; 12]];
            assert_eq!(tag_by(backend, &function, inputs, 32), bytes(answer));
        }
    }
}

/// The tag by the `argon2` crate.
fn tag_by_the_crate(function: &Argon2, inputs: [&[u8]; 4], tag_len: usize) -> Vec<u8> {
    let algorithm = match function.variant {
        Variant::Id => argon2::Algorithm::Argon2id,
        Variant::I => argon2::Algorithm::Argon2i,
        Variant::D => argon2::Algorithm::Argon2d,
    };
    let version = match function.version {
        Version::V0x10 => argon2::Version::V0x10,
        Version::V0x13 => argon2::Version::V0x13,
    };
    let [password, salt, secret, data] = inputs;
    let mut params = argon2::ParamsBuilder::new();
    params.m_cost(function.m_kib).t_cost(function.t);
    params.p_cost(function.p).output_len(tag_len);
    params.data(argon2::AssociatedData::new(data).expect("short"));
    let params = params.build().expect("in range");
    let mut tag = vec![0; tag_len];
    argon2::Argon2::new_with_secret(secret, algorithm, version, params)
        .and_then(|theirs| theirs.hash_password_into(password, salt, &mut tag))
        .expect("computes");
    tag
}

/// Small ones, of which some have more blocks in a segment than one block has addresses.
fn function() -> impl Strategy<Value = Argon2> {
    let more_memory = prop_oneof![30 => 0..60_u32, 6 => 0..300_u32, 1 => 0..4000_u32];
    let variants = select(vec![Variant::Id, Variant::I, Variant::D]);
    let versions = select(vec![Version::V0x10, Version::V0x13]);
    (variants, versions, more_memory, 1..=4_u32, 1..=7_u32).prop_map(
        |(variant, version, more, t, p)| Argon2::fixed(variant, version, 8 * p + more, t, p),
    )
}

#[test]
fn every_kernel_computes_what_the_argon2_crate_does() {
    let some = |least, most| prop::collection::vec(any::<u8>(), least..=most);
    let inputs = (some(0, 150), some(8, 40), some(0, 20), some(0, 32));
    let tag_len = prop_oneof![4 => 4..=70_usize, 1 => 71..=300_usize];
    agree(
        "the argon2 crate",
        3_000,
        (function(), inputs, tag_len, 0..30_u64),
        |(function, (password, salt, secret, data), tag_len, after)| {
            let inputs = [&password[..], &salt, &secret, &data];
            let other: [&[u8]; 4] = [&salt, &salt, &password, &[]];
            let theirs = tag_by_the_crate(&function, inputs, tag_len);
            let theirs_of_other = tag_by_the_crate(&function, other, tag_len);
            for backend in Backend::all() {
                let ours = tag_by(backend, &function, inputs, tag_len);
                prop_assert_eq!(&ours, &theirs, "{}", backend.name());
                let two = two_tags_by(backend, &function, [inputs, other], tag_len, after);
                prop_assert_eq!(&two[0], &theirs, "beside another by {}", backend.name());
                prop_assert_eq!(&two[1], &theirs_of_other, "late by {}", backend.name());
            }
            Ok(())
        },
    );
}
