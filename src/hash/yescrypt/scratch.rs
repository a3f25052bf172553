use super::*;
use crate::hash::grammar::Reader;

#[test]
fn scratch_stdin() {
    // THROW-AWAY
    let Ok(path) = std::env::var("YDIFF") else {
        return;
    };
    let (mut n, mut bad) = (0, 0);
    for line in std::fs::read_to_string(path).unwrap().lines() {
        let (pw, stored) = line.split_once(' ').unwrap();
        let pw: Vec<u8> = (0..pw.len() / 2)
            .map(|i| u8::from_str_radix(&pw[2 * i..2 * i + 2], 16).unwrap())
            .collect();
        let mut reader = Reader::at(0, stored.as_bytes());
        n += 1;
        let (y, salt, tag) = match read(&mut reader) {
            Ok(p) => p,
            Err(e) => {
                println!("{stored}: {e}");
                bad += 1;
                continue;
            }
        };
        reader.end().unwrap();
        let mut memory = WorkMemory::new(y.memory_bytes()).unwrap();
        let mut ours = [0; 32];
        y.derive(&mut memory, &pw, salt.as_slice(), &mut ours)
            .unwrap();
        if ours != tag.as_slice() {
            println!("DIFF {y:?} {line}");
            bad += 1;
        }
    }
    println!("{n} cases, {bad} bad");
    assert_eq!(bad, 0);
}

#[test]
fn scratch_speed() {
    // THROW-AWAY
    let Ok(list) = std::env::var("YSPEED") else {
        return;
    };
    for set in list.split(' ') {
        let stored = format!("{set}${}", ".".repeat(43));
        let mut reader = Reader::at(0, stored.as_bytes());
        let (y, salt, _) = read(&mut reader).unwrap();
        let mut memory = WorkMemory::new(y.memory_bytes()).unwrap();
        let mut ours = [0; 32];
        let mut best = f64::MAX;
        let n = if y.memory_bytes() > 8 << 20 { 9 } else { 60 };
        for _ in 0..n {
            let now = std::time::Instant::now();
            y.derive(&mut memory, b"password", salt.as_slice(), &mut ours)
                .unwrap();
            best = best.min(now.elapsed().as_secs_f64());
            memory.wipe();
        }
        println!(
            "{set}: {:.3} ms, {} units, {:.1} ns per unit",
            best * 1e3,
            y.work_units(),
            best * 1e9 / y.work_units() as f64
        );
    }
}

#[test]
fn scratch_vectors() {
    let Ok(list) = std::env::var("YVEC") else {
        return;
    };
    for path in list.split(' ') {
        let (mut a, mut r) = (0, 0);
        for line in std::fs::read_to_string(path).unwrap().lines() {
            let f: Vec<&str> = line.split(' ').collect();
            match *f {
                ["accept", pw, stored] => {
                    let pw: Vec<u8> = if pw == "-" {
                        vec![]
                    } else if let Some(t) = pw.strip_prefix('"') {
                        t.strip_suffix('"').unwrap().into()
                    } else {
                        (0..pw.len() / 2)
                            .map(|i| u8::from_str_radix(&pw[2 * i..2 * i + 2], 16).unwrap())
                            .collect()
                    };
                    let mut reader = Reader::at(0, stored.as_bytes());
                    let (y, salt, tag) = read(&mut reader).unwrap();
                    reader.end().unwrap();
                    let mut memory = WorkMemory::new(y.memory_bytes()).unwrap();
                    let mut ours = [0; 32];
                    y.derive(&mut memory, &pw, salt.as_slice(), &mut ours)
                        .unwrap();
                    assert_eq!(ours, tag.as_slice(), "{line}");
                    a += 1;
                }
                ["refuse", status, _, stored] => {
                    let mut reader = Reader::at(0, stored.as_bytes());
                    let e = match read(&mut reader) {
                        Ok(_) => reader.end().expect_err(stored),
                        Err(e) => e,
                    };
                    assert_eq!(e.kind().name(), status);
                    assert!(e.offset().unwrap() <= stored.len());
                    r += 1;
                    if path.contains("gost") {
                        println!("{stored}: {e}");
                    }
                }
                _ => assert!(line.is_empty() || line.starts_with('#'), "{line}"),
            }
        }
        println!("{a} accepted, {r} refused");
    }
}
#[test]
fn scratch_stack() {
    let Ok(kib) = std::env::var("YSTACK") else {
        return;
    };
    let which = std::env::var("YSET").unwrap();
    let mut memory = WorkMemory::new(20 << 20).unwrap();
    std::thread::Builder::new()
        .stack_size(kib.parse::<usize>().unwrap() << 10)
        .spawn(move || {
            #[inline(never)]
            fn deeper(n: usize, f: &mut dyn FnMut()) {
                let pad = [n as u8; 200];
                std::hint::black_box(&pad);
                if n == 0 {
                    f()
                } else {
                    deeper(n - 1, f)
                }
                std::hint::black_box(&pad);
            }
            let n: usize = std::env::var("YDEEP").unwrap().parse().unwrap();
            let mut here = 0usize;
            {
                let a = std::hint::black_box(&mut here) as *mut usize as usize;
                deeper(n, &mut || {
                    let x = 0u8;
                    let b = std::hint::black_box(&x) as *const u8 as usize;
                    println!("used {}", a - b);
                });
            }
            if which == "none" {
                return;
            }
            let stored = format!("{which}$..${}", ".".repeat(43));
            let mut reader = Reader::at(0, stored.as_bytes());
            let Ok((y, salt, _)) = read(&mut reader) else {
                panic!()
            };
            let mut ours = [0; 32];
            deeper(n, &mut || {
                if y.derive(&mut memory, b"password", salt.as_slice(), &mut ours)
                    .is_err()
                {
                    std::process::abort()
                }
            });
        })
        .unwrap()
        .join()
        .unwrap();
    println!("fits");
}

#[test]
fn scratch_grammar() {
    let Ok(path) = std::env::var("YGRAM") else {
        return;
    };
    let mut seen = std::collections::BTreeMap::<String, usize>::new();
    for line in std::fs::read_to_string(path).unwrap().lines() {
        let (what, stored) = line.split_once(' ').unwrap();
        let mut reader = Reader::at(0, stored.as_bytes());
        let ours = read(&mut reader).and_then(|p| reader.end().map(|()| p));
        let key = match &ours {
            Ok((y, salt, tag)) => {
                let mut memory = WorkMemory::new(y.memory_bytes()).unwrap();
                let mut t = [0; 32];
                y.derive(&mut memory, b"pw", salt.as_slice(), &mut t)
                    .unwrap();
                format!("{what} read, same tag {}", t == tag.as_slice())
            }
            Err(e) => format!("{what} refused: {}", e.reason()),
        };
        *seen.entry(key).or_default() += 1;
    }
    println!("{seen:#?}");
}
