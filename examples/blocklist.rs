//! A blocklist from the range files of the public breach corpus, or from words of one's own.
//!
//! ```text
//! cargo run --release --example blocklist -- build FOLDER LIST [options]
//! cargo run --release --example blocklist -- words FILE LIST [options]
//! cargo run --release --example blocklist -- verify LIST
//! cargo run --release --example blocklist -- query LIST [PASSWORD...]
//! cargo run --release --example blocklist -- --demo
//!
//!   --hash sha1|ntlm    what the lines are (sha1)
//!   --bits N            one in 2^N good passwords is refused (20)
//!   --exact-below N     whole hashes where there are fewer keys (1000000)
//!   --min-count N       leave out what was seen less often (1)
//!   --date YYYYMMDD     of when the corpus is
//!   --with-gaps         go on where range files are missing or empty
//! ```
//!
//! FOLDER has a file for each prefix of five hexadecimal digits, such as
//! `00000.txt`, with lines `SUFFIX:COUNT`. It is read twice: once to count, so
//! that the rate is what was asked for, and once to build.
//!
//! FILE has a password in each line, in any order. Arguments of `query` can be
//! read by everybody on the machine; without any it looks up the lines of its
//! standard input, and does not repeat them.

use saltbox::Error;
use saltbox::policy::{
    Blocklist, BlocklistBuilder, BlocklistPlan, BreachHash, Hit, Precision, build_unsorted,
};
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// Range files of a whole corpus.
const RANGES: usize = 1 << 20;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(|argument| &**argument).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[&str]) -> Outcome<()> {
    match arguments {
        ["build", folder, list, options @ ..] => {
            build(Path::new(folder), Path::new(list), &Options::of(options)?)?;
            verify(Path::new(list))
        }
        ["words", words, list, options @ ..] => {
            build_of_words(Path::new(words), Path::new(list), &Options::of(options)?)?;
            verify(Path::new(list))
        }
        ["verify", list] => verify(Path::new(list)),
        ["query", list] => query_lines(Path::new(list)),
        ["query", list, passwords @ ..] => query(Path::new(list), passwords),
        ["--demo"] => demo(),
        _ => Err(
            "build FOLDER LIST [options], words FILE LIST [options], verify LIST, \
             query LIST [PASSWORD...] or --demo"
                .into(),
        ),
    }
}

/// Says which file it is about.
fn at<T>(path: &Path, result: io::Result<T>) -> Outcome<T> {
    result.map_err(|error| format!("{}: {error}", path.display()).into())
}

struct Options {
    hash: BreachHash,
    bits: u8,
    exact_below: u64,
    min_count: u64,
    date: u32,
    with_gaps: bool,
}

impl Options {
    fn of(arguments: &[&str]) -> Outcome<Self> {
        let mut options = Self {
            hash: BreachHash::Sha1,
            bits: 20,
            exact_below: 1_000_000,
            min_count: 1,
            date: 0,
            with_gaps: false,
        };
        let mut rest = arguments.iter();
        while let Some(name) = rest.next() {
            let mut value = || rest.next().ok_or(format!("{name} needs a value"));
            let mut number = || -> Outcome<u64> {
                let value = value()?;
                let number = value.parse();
                number.map_err(|_| format!("{name} is a number, not {value}").into())
            };
            match *name {
                "--hash" => {
                    options.hash = match *value()? {
                        "sha1" => BreachHash::Sha1,
                        "ntlm" => BreachHash::Ntlm,
                        other => return Err(format!("--hash is sha1 or ntlm, not {other}").into()),
                    }
                }
                "--bits" => match number()? {
                    bits @ 8..=30 => options.bits = u8::try_from(bits)?,
                    bits => return Err(format!("--bits is from 8 to 30, not {bits}").into()),
                },
                "--exact-below" => options.exact_below = number()?,
                "--min-count" => options.min_count = number()?.max(1),
                "--date" => {
                    let date = number()?;
                    let (month, day) = (date / 100 % 100, date % 100);
                    let is_date = (1..=12).contains(&month) && (1..=31).contains(&day);
                    if !is_date || !(2000..=9999).contains(&(date / 10_000)) {
                        return Err(format!("--date is such as 20260817, not {date}").into());
                    }
                    options.date = u32::try_from(date)?;
                }
                "--with-gaps" => options.with_gaps = true,
                _ => return Err(format!("there is no option {name}").into()),
            }
        }
        Ok(options)
    }
}

impl Options {
    /// For so many keys.
    fn plan(&self, keys: u64) -> BlocklistPlan {
        let precision = if keys < self.exact_below {
            Precision::Exact
        } else {
            Precision::Probable(self.bits)
        };
        BlocklistPlan::new(self.hash, precision, keys)
            .with_min_count(self.min_count)
            .with_date(self.date)
    }

    fn refuse_gaps(&self) -> Outcome<()> {
        if self.with_gaps {
            return Ok(());
        }
        Err("the corpus has gaps, so passwords would be let through; download them, or say --with-gaps".into())
    }
}

/// A list that is being written, beside its place. It has its name only when it
/// is whole, because a list that a host maps must not change, and is gone when it does not come to that.
struct Part {
    path: PathBuf,
    file: File,
}

impl Part {
    fn of(list: &Path) -> Outcome<Self> {
        if list.is_dir() {
            return Err(format!("{}: is a folder, not a list", list.display()).into());
        }
        let mut path = list.as_os_str().to_owned();
        path.push(".part");
        let path = PathBuf::from(path);
        // Never one that is there: who writes it may yet give it the name of the list.
        let file = File::create_new(&path).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => format!(
                "{}: another build is at it, or was interrupted; then delete it",
                path.display()
            ),
            _ => format!("{}: {error}", path.display()),
        })?;
        Ok(Self { path, file })
    }

    fn keep_as(self, list: &Path) -> Outcome<()> {
        at(&self.path, self.file.sync_all())?;
        at(list, fs::rename(&self.path, list))
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // After a rename there is none.
        let _ = fs::remove_file(&self.path);
    }
}

/// The range files in the order of their prefixes, and how many are missing.
fn range_files(folder: &Path) -> Outcome<(Vec<(u32, PathBuf)>, usize)> {
    /// As many of the others are named.
    const NAMED: usize = 5;
    let (mut files, mut others) = (Vec::new(), 0);
    for entry in at(folder, fs::read_dir(folder))? {
        let path = at(folder, entry)?.path();
        let stem = path
            .file_stem()
            .and_then(|stem| stem.to_str())
            .unwrap_or("");
        let is_prefix = stem.len() == 5 && stem.bytes().all(|c| c.is_ascii_hexdigit());
        if is_prefix {
            files.push((u32::from_str_radix(stem, 16)?, path));
        } else {
            others += 1;
            if others <= NAMED {
                println!("  passed over: {}", path.display());
            }
        }
    }
    if others > NAMED {
        println!("  passed over: {} more", others - NAMED);
    }
    files.sort();
    if let Some(pair) = files.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        let [(_, a), (_, b)] = pair else {
            unreachable!()
        };
        return Err(format!("{} and {} are the same range", a.display(), b.display()).into());
    }
    let missing = RANGES - files.len();
    Ok((files, missing))
}

/// What is odd about the lines, and how many of them there are.
#[derive(Default)]
struct Oddities {
    empty_files: u64,
    without_count: u64,
    grouped: u64,
    never_seen: u64,
    repeated: u64,
}

impl Oddities {
    fn show(&self) {
        for (count, what) in [
            (self.empty_files, "range files without a line"),
            (
                self.without_count,
                "lines without a count, taken as seen once",
            ),
            (self.grouped, "counts with separators, such as 1,234"),
            (
                self.never_seen,
                "lines with count 0, which are padding and left out",
            ),
            (
                self.repeated,
                "lines that stand twice, taken once with both counts",
            ),
        ] {
            if count > 0 {
                println!("  {count} {what}");
            }
        }
    }
}

/// Reads a range file and hands each hash on with its count, in order.
fn read_range(
    prefix: u32,
    path: &Path,
    hash: BreachHash,
    lines: &mut Vec<([u8; 20], u64)>,
    odd: &mut Oddities,
) -> Outcome<()> {
    lines.clear();
    let mut reader = BufReader::with_capacity(1 << 16, at(path, File::open(path))?);
    let (mut line, mut number) = (Vec::with_capacity(64), 0);
    loop {
        line.clear();
        if at(path, reader.read_until(b'\n', &mut line))? == 0 {
            break;
        }
        number += 1;
        let text = line.trim_ascii();
        let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
        if text.is_empty() {
            continue;
        }
        let refused = |what: &str| format!("{}, line {number}: {what}", path.display());
        let colon = text.iter().position(|c| *c == b':');
        let (suffix, count) = text.split_at(colon.unwrap_or(text.len()));
        if suffix.len() != 2 * hash.bytes() - 5 {
            let name = hash.name();
            return Err(refused(&format!("not a suffix of {name}; --hash says what it is")).into());
        }
        let key = hash_of(prefix, suffix).ok_or_else(|| refused("not hexadecimal"))?;
        let count = match count {
            [] | [b':'] => {
                odd.without_count += 1;
                1
            }
            [_, digits @ ..] => {
                let is_grouped = digits
                    .iter()
                    .any(|c| matches!(c, b',' | b'.' | b' ' | b'_'));
                odd.grouped += u64::from(is_grouped);
                let digits = digits
                    .iter()
                    .filter(|c| !matches!(c, b',' | b'.' | b' ' | b'_'));
                let digits: Vec<u8> = digits.copied().collect();
                let count = std::str::from_utf8(&digits)
                    .ok()
                    .and_then(|text| text.parse().ok());
                count.ok_or_else(|| refused("not a count"))?
            }
        };
        if count == 0 {
            odd.never_seen += 1;
            continue;
        }
        lines.push((key, count));
    }
    odd.empty_files += u64::from(lines.is_empty());
    // Some downloads are out of order; a range fits in memory.
    lines.sort_unstable();
    lines.dedup_by(|next, kept| {
        let is_same = next.0 == kept.0;
        if is_same {
            kept.1 = kept.1.saturating_add(next.1);
            odd.repeated += 1;
        }
        is_same
    });
    Ok(())
}

fn hash_of(prefix: u32, suffix: &[u8]) -> Option<[u8; 20]> {
    let mut hash = [0; 20];
    let first = (0..5).rev().map(|place| prefix >> (4 * place) & 15);
    let rest = suffix
        .iter()
        .map(|c| char::from(*c).to_digit(16).unwrap_or(16));
    for (place, digit) in first.chain(rest).enumerate() {
        let digit = u8::try_from(digit).ok().filter(|digit| *digit < 16)?;
        *hash.get_mut(place / 2)? |= digit << (4 * (1 - place % 2));
    }
    Some(hash)
}

/// Goes over every range file and shows how far it is.
fn each_range(
    what: &str,
    files: &[(u32, PathBuf)],
    hash: BreachHash,
    mut take: impl FnMut(&[([u8; 20], u64)]) -> Outcome<()>,
) -> Outcome<Oddities> {
    let (began, mut odd, mut lines) = (Instant::now(), Oddities::default(), Vec::new());
    let (mut shown, mut keys) = (usize::MAX, 0);
    // In a log only the end is of use.
    let is_terminal = io::stdout().is_terminal();
    for (at, (prefix, path)) in files.iter().enumerate() {
        read_range(*prefix, path, hash, &mut lines, &mut odd)?;
        take(&lines)?;
        keys += lines.len();
        let parts = 40 * (at + 1) / files.len();
        if parts != shown && (is_terminal || at + 1 == files.len()) {
            shown = parts;
            let (done, left) = ("#".repeat(parts), ".".repeat(40 - parts));
            let rate = keys as f64 / began.elapsed().as_secs_f64() / 1e6;
            print!("\r  {what} [{done}{left}] {keys} keys, {rate:.1} million a second ");
            io::stdout().flush()?;
        }
    }
    println!();
    Ok(odd)
}

fn build(folder: &Path, list: &Path, options: &Options) -> Outcome<()> {
    let (files, missing) = range_files(folder)?;
    if files.is_empty() {
        return Err(format!("{}: has no range file, such as 00000.txt", folder.display()).into());
    }
    if missing > 0 {
        println!("  {missing} of {RANGES} range files are missing");
        options.refuse_gaps()?;
    }
    // Before hours of counting: whether there is a place for the list.
    let part = Part::of(list)?;
    let mut keys = 0;
    let odd = each_range("count", &files, options.hash, |lines| {
        let kept = lines
            .iter()
            .filter(|(_, count)| *count >= options.min_count);
        keys += kept.count() as u64;
        Ok(())
    })?;
    odd.show();
    if odd.empty_files > 0 {
        options.refuse_gaps()?;
    }
    if keys == 0 {
        return Err(format!("no line was seen {} times or more", options.min_count).into());
    }
    let plan = options.plan(keys);
    let mut file = BufWriter::new(&part.file);
    let mut builder = BlocklistBuilder::new(&plan, |bytes: &[u8]| file.write_all(bytes))?;
    each_range("build", &files, options.hash, |lines| {
        for (hash, count) in lines {
            builder.push(&hash[..options.hash.bytes()], *count)?;
        }
        Ok(())
    })?;
    let built = builder.finish()?;
    file.flush()?;
    drop(file);
    part.keep_as(list)?;
    println!(
        "  {}: {} keys ({} left out) in {} bytes, {:.2} bits a key",
        list.display(),
        built.keys,
        built.left_out,
        built.bytes,
        built.bytes as f64 * 8.0 / built.keys.max(1) as f64,
    );
    Ok(())
}

/// A list of the lines of a file, which fits in memory.
fn build_of_words(words: &Path, list: &Path, options: &Options) -> Outcome<()> {
    let text = at(words, fs::read_to_string(words))?;
    let lines = text.lines().filter(|line| !line.is_empty());
    let mut keys: Vec<_> = lines.map(|line| (options.hash.of(line), 1)).collect();
    if keys.is_empty() {
        return Err(format!("{}: has no word", words.display()).into());
    }
    let plan = options.plan(keys.len() as u64);
    let made = build_unsorted(&plan, &mut keys)?;
    let part = Part::of(list)?;
    at(&part.path, (&part.file).write_all(&made))?;
    part.keep_as(list)
}

/// A list that is mapped, not read into memory.
fn map(list: &Path) -> Outcome<Blocklist> {
    let file = at(list, File::open(list))?;
    // SAFETY: nobody changes the file while it is mapped: it is replaced by renaming.
    let map = at(list, unsafe { memmap2::Mmap::map(&file) })?;
    Blocklist::attach(map).map_err(|error| format!("{}: {error}", list.display()).into())
}

fn verify(list: &Path) -> Outcome<()> {
    let (began, list) = (Instant::now(), map(list)?);
    list.check_all()?;
    let rate = match list.one_in() {
        0 => "every answer is right".to_owned(),
        one_in => format!("one in {one_in} good passwords is refused"),
    };
    let date = match list.date() {
        0 => "a corpus of unknown date".to_owned(),
        date => format!("corpus of {date}"),
    };
    println!(
        "  whole, in {:.1?}: {} keys of {}, seen {} times or more, {date}; {rate}",
        began.elapsed(),
        list.keys(),
        list.hash().name(),
        list.min_count(),
    );
    Ok(())
}

fn query(list: &Path, passwords: &[&str]) -> Outcome<()> {
    let list = map(list)?;
    for password in passwords {
        println!("  {password}: {}", look_up(&list, password));
    }
    Ok(())
}

/// As [`query`], for passwords that nobody else is to see.
fn query_lines(list: &Path) -> Outcome<()> {
    let list = map(list)?;
    for (number, line) in (1..).zip(io::stdin().lines()) {
        println!("  line {number}: {}", look_up(&list, &line?));
    }
    Ok(())
}

fn look_up(list: &Blocklist, password: &str) -> String {
    let began = Instant::now();
    let hit = list.contains_password(password);
    let took = began.elapsed();
    let said = match hit {
        Hit::No => "not in the list",
        Hit::Probable => "probably in the list",
        Hit::Yes => "in the list",
    };
    format!("{said} ({took:.1?})")
}

/// For want of the corpus: a folder with a thousand ranges of made-up hashes, and one of a real password.
fn demo() -> Outcome<()> {
    let folder = std::env::temp_dir().join(format!("saltbox-blocklist-{}", std::process::id()));
    fs::create_dir(&folder)?;
    let made = make_demo(&folder);
    let removed = fs::remove_dir_all(&folder);
    made?;
    Ok(removed?)
}

fn make_demo(folder: &Path) -> Outcome<()> {
    let mut state = 1u64;
    let mut random = || {
        state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
        state >> 32
    };
    for range in 0..1024u32 {
        let mut lines: Vec<String> = (0..24)
            .map(|_| {
                let (a, b, c) = (
                    random() << 32 | random(),
                    random() << 32 | random(),
                    random(),
                );
                format!("{a:016X}{b:016X}{:03X}:{}\r\n", c & 0xfff, 1 + c % 9)
            })
            .collect();
        lines.sort();
        // What is found in downloads.
        lines[3] = lines[3].replace(':', ":1,23");
        lines[5] = format!("{}\r\n", &lines[5][..35]);
        lines[7] = lines[6].clone();
        fs::write(
            folder.join(format!("{:05X}.txt", range << 10)),
            lines.concat(),
        )?;
    }
    // SHA-1 of "password".
    fs::write(
        folder.join("5BAA6.txt"),
        "1E4C9B93F3F0682250B6CF8331B7EE68FD8:9545824\r\n",
    )?;
    let list = folder.join("demo.blocklist");
    let options = [
        "--with-gaps",
        "--date",
        "20260817",
        "--exact-below",
        "1",
        "--bits",
        "16",
    ];
    println!("Build, from {}", folder.display());
    build(folder, &list, &Options::of(&options)?)?;
    println!("Verify");
    verify(&list)?;
    println!("Query, through a map");
    query(&list, &["password", "correct horse battery staple"])?;
    println!("In a policy");
    let policy = br#"{"policy":{"min_length":8,"blocklist":{"inside":false,"outside":true}}}"#;
    let mut config = saltbox::Config::from_json(policy)?;
    config.attach_blocklist(map(&list)?)?;
    let saltbox = saltbox::Saltbox::new(config);
    for password in ["password", "correct horse battery staple"] {
        let findings = saltbox.check(&saltbox::policy::Subject::default(), password, 0);
        let rules: Vec<_> = findings
            .violations()
            .map(|broken| broken.rule().name())
            .collect();
        println!("  {password}: {rules:?}");
    }
    println!("A list that is cut off");
    let whole = fs::read(&list)?;
    let error = Blocklist::attach(whole[..whole.len() / 2].to_vec()).err();
    println!(
        "  {}",
        error.map_or("attached".into(), |error: Error| error.to_string())
    );
    Ok(())
}
