//! The library as its users meet it: built by README's line or installed by
//! cargo-c, linked shared and static, called from C, Go and Python.
//!
//! A test whose tool is missing says so and is ignored. `SALTBOX_PROOF=full`
//! adds the slow one.

mod support;

use libtest_mimic::Arguments;
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use support::{
    NATIVE_LIBRARIES, cargo, clean, folder, full, root, run, run_to_fail, shared_library,
    static_library, tool, trial,
};

const STRICT: [&str; 4] = ["-Wall", "-Wextra", "-Werror", "-pedantic"];

const C_DIALECTS: [&str; 4] = ["c99", "c11", "c17", "gnu17"];
const CXX_DIALECTS: [&str; 4] = ["c++98", "c++11", "c++17", "c++20"];

/// What the sanitizers watch: the C code, and the library's every call to the C library.
const SANITIZE: [&str; 4] = [
    "-fsanitize=address,undefined",
    "-fno-sanitize-recover=all",
    "-fno-omit-frame-pointer",
    "-g",
];

/// How a C program gets at the library.
#[derive(Clone, Copy)]
enum Linking {
    Shared,
    Static,
    /// Static, under the address, leak and undefined behaviour sanitizers.
    Sanitized,
}

fn main() {
    let arguments = Arguments::from_args();
    // The first two trials build on different folders, so they build at the same time.
    let mut trials = vec![
        trial("installed/shared_library", missing(&INSTALL), installed),
        trial("examples/c/shared", missing(&["gcc"]), || {
            c_example(Linking::Shared);
        }),
        trial("examples/c/static", missing(&["gcc"]), || {
            c_example(Linking::Static);
        }),
        trial("examples/c/sanitized", no_sanitizers(), || {
            c_example(Linking::Sanitized);
        }),
        trial("installed/c_shared", missing(&INSTALL), installed_c_shared),
        trial("installed/c_static", missing(&INSTALL), installed_c_static),
    ];
    for (compiler, language, dialects) in [
        ("gcc", "c", C_DIALECTS),
        ("clang", "c", C_DIALECTS),
        ("g++", "c++", CXX_DIALECTS),
        ("clang++", "c++", CXX_DIALECTS),
    ] {
        let name = format!("header/{compiler}");
        trials.push(trial(name, missing(&[compiler]), move || {
            header(compiler, language, &dialects);
        }));
    }
    trials.push(trial(
        "header/a_status_cannot_be_ignored",
        missing(&["gcc"]),
        ignored_status,
    ));
    trials.push(trial(
        "c/no_function_is_left_out",
        None,
        no_function_is_left_out,
    ));
    for program in [
        "arguments",
        "cancellation",
        "forks",
        "guests",
        "interop",
        "pool",
        "signals",
        "small_stack",
    ] {
        for (how, linking, missing) in [
            ("shared", Linking::Shared, missing(&["gcc"])),
            ("static", Linking::Static, missing(&["gcc"])),
            ("sanitized", Linking::Sanitized, no_sanitizers()),
        ] {
            trials.push(trial(format!("c/{program}/{how}"), missing, move || {
                c_program(program, linking);
            }));
        }
    }
    // Not sanitized: the sanitizers' own memory does not fit under the limit, and is counted as
    // ours; and they ask the system for things of their own.
    for program in ["scarcity", "load", "no_system_call", "code_residue"] {
        for (how, linking) in [("shared", Linking::Shared), ("static", Linking::Static)] {
            trials.push(trial(
                format!("c/{program}/{how}"),
                missing(&["gcc"]),
                move || {
                    c_program(program, linking);
                },
            ));
        }
    }
    for (program, report) in [
        ("leak", "LeakSanitizer: detected memory leaks"),
        ("overflow", "AddressSanitizer: heap-buffer-overflow"),
    ] {
        let name = format!("c/sanitizers_report_{program}");
        trials.push(trial(name, no_sanitizers(), move || {
            control(program, report)
        }));
    }
    trials.extend([
        trial("examples/go/shared", no_go(), || {
            go(&stage().shared, "shared");
        }),
        trial("examples/go/static", no_go(), || {
            go(&stage().static_only, "static");
        }),
        trial("examples/python", missing(&["python3"]), python),
        trial(
            "libargon2/each_verifies_the_other",
            no_libargon2(),
            libargon2,
        ),
    ]);
    // Its instrumented standard library takes minutes to build.
    if full() {
        trials.push(trial("examples/go/race", no_go(), go_race));
    }
    libtest_mimic::run(&arguments, trials).exit();
}

// What may be missing.

const INSTALL: [&str; 3] = ["gcc", "cargo-cinstall", "pkg-config"];

fn missing(tools: &[&str]) -> Option<String> {
    let missing = tools.iter().find(|name| tool(name).is_none());
    missing.map(|name| (*name).to_owned())
}

fn no_go() -> Option<String> {
    missing(&["go"]).or_else(|| missing(&INSTALL))
}

fn no_sanitizers() -> Option<String> {
    static COMPILES: OnceLock<bool> = OnceLock::new();
    missing(&["gcc"]).or_else(|| {
        let compiles = COMPILES.get_or_init(|| {
            // A library, because it needs no code.
            let mut gcc = Command::new("gcc");
            gcc.args(SANITIZE).args(["-shared", "-x", "c", "/dev/null"]);
            gcc.arg("-o").arg(folder("programs").join("probe.so"));
            gcc.output().is_ok_and(|output| output.status.success())
        });
        (!compiles).then(|| "libasan".to_owned())
    })
}

fn no_libargon2() -> Option<String> {
    missing(&["python3"]).or_else(|| {
        let status = python_command()
            .arg(root().join("tests/support/libargon2.py"))
            .arg("--present")
            .stderr(Stdio::null())
            .status();
        (!status.is_ok_and(|s| s.success())).then(|| "libargon2".to_owned())
    })
}

// C.

fn header(compiler: &str, language: &str, dialects: &[&str]) {
    for dialect in dialects {
        let program = folder("programs").join(format!("header-{compiler}-{dialect}"));
        run(Command::new(compiler)
            .args(STRICT)
            .arg(format!("-std={dialect}"))
            .arg("-I")
            .arg(root().join("include"))
            .args(["-x", language])
            .arg(root().join("tests/c/header.c"))
            .args(["-x", "none"])
            .arg(static_library())
            .args(NATIVE_LIBRARIES)
            .arg("-o")
            .arg(&program));
        run(&mut clean(&program));
    }
}

fn ignored_status() {
    let mut gcc = Command::new("gcc");
    // Not -fsyntax-only: gcc warns of unused results in a later pass.
    gcc.args(STRICT)
        .args(["-c", "-I"])
        .arg(root().join("include"));
    gcc.arg(root().join("tests/c/ignored_status.c"))
        .arg("-o")
        .arg(folder("programs").join("ignored_status.o"));
    let output = run_to_fail(&mut gcc);
    assert!(output.contains("unused-result"), "{output}");
}

/// Compiles a C program against the library as README builds it.
fn compile(source: &str, dialect: &str, linking: Linking) -> PathBuf {
    let (how, library) = match linking {
        Linking::Shared => ("shared", shared_library()),
        Linking::Static => ("static", static_library()),
        Linking::Sanitized => ("sanitized", static_library()),
    };
    let source = root().join(source);
    let name = source.file_stem().unwrap_or_default().to_string_lossy();
    let program = folder("programs").join(format!("{name}-{how}"));
    let mut gcc = Command::new("gcc");
    gcc.args(STRICT)
        .arg(format!("-std={dialect}"))
        .args(["-O1", "-pthread", "-I"])
        .arg(root().join("include"));
    if let Linking::Sanitized = linking {
        gcc.args(SANITIZE);
    }
    gcc.arg(&source).arg(library).arg("-o").arg(&program);
    if !matches!(linking, Linking::Shared) {
        gcc.args(NATIVE_LIBRARIES);
    }
    run(&mut gcc);
    program
}

/// Runs a program that [`compile`] made.
fn start(program: &Path) -> Command {
    let mut command = clean(program);
    command
        .env("LD_LIBRARY_PATH", parent(&shared_library()))
        // A thread that was cancelled leaves marks of its dead frames on its
        // stack, and the sanitizer would take them for its own when it puts the
        // signal stack back.
        .env("ASAN_OPTIONS", "use_sigaltstack=0:detect_leaks=1");
    command
}

/// What the header promises of every function is tried with every function.
fn no_function_is_left_out() {
    let read =
        |path: &str| std::fs::read_to_string(root().join(path)).expect("is in the repository");
    let (symbols, rows) = (
        read("include/saltbox.symbols"),
        read("tests/c/cancellation.c"),
    );
    let calls = read("tests/c/arguments.c");
    let without_comments = calls
        .split("/*")
        .map(|part| part.split_once("*/").map_or(part, |it| it.1));
    let calls: String = without_comments.collect();
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let words: HashSet<&str> = calls.split(|c| !is_word(c)).collect();
    for name in symbols.lines() {
        let row = format!("{{\"{name}\", ");
        assert!(rows.contains(&row), "cancellation.c has no row {row}");
        assert!(words.contains(name), "arguments.c does not use {name}");
    }
}

fn c_program(name: &str, linking: Linking) {
    let program = compile(&format!("tests/c/{name}.c"), "c11", linking);
    let mut command = start(&program);
    match name {
        "interop" => {
            command.arg(root().join("tests/support/libargon2.tsv"));
        }
        "arguments" | "cancellation" | "no_system_call" => {
            command.arg(leaked_list());
        }
        // How many forks, and how many seconds of load of each kind.
        "forks" => {
            command.arg(match (full(), linking) {
                (true, Linking::Shared) => "10000",
                (false, Linking::Shared) => "300",
                _ => "40",
            });
        }
        "load" if full() => {
            command.arg("60");
        }
        _ => {}
    }
    let output = run(&mut command);
    if full() {
        println!("{output}");
    }
    assert!(output.contains("all checks hold"), "{output}");
}

/// A program with a fault, so that silence about the others means something.
fn control(name: &str, report: &str) {
    let program = compile(&format!("tests/c/{name}.c"), "c11", Linking::Sanitized);
    let output = run_to_fail(&mut start(&program));
    assert!(output.contains(report), "{output}");
}

fn c_example(linking: Linking) {
    let program = compile("examples/c/sign_in.c", "c99", linking);
    check_sign_in(&run(&mut start(&program)));
    let program = compile("examples/c/import_table.c", "c99", linking);
    check_import(&run(start(&program).arg(mixed_table())));
    let program = compile("examples/c/sign_up_form.c", "c99", linking);
    check_sign_up(&program);
    let program = compile("examples/c/reset.c", "c99", linking);
    check_reset(&run(&mut start(&program)));
    let program = compile("examples/c/calibrate.c", "c99", linking);
    check_calibration(&program);
}

/// Every scheme has a row, with a configuration that a core can be made of; what has no room says so.
fn check_calibration(program: &Path) {
    let output = run(start(program).args(["40", "2", "64"]));
    for scheme in [
        "argon2id",
        "scrypt",
        "pbkdf2-sha256",
        "pbkdf2-sha512",
        "bcrypt",
    ] {
        let row = output.lines().find(|line| line.starts_with(scheme));
        let row = row.unwrap_or_else(|| panic!("no {scheme} in:\n{output}"));
        let at = row.find('{').unwrap_or_else(|| panic!("no JSON: {row}"));
        let config = saltbox::Config::from_json(&row.as_bytes()[at..]).expect("a configuration");
        assert!(saltbox::Saltbox::new(config).capacity() >= 2, "{row}");
        assert!(row[at..].contains(&format!("\"{scheme}\"")), "{row}");
    }
    let output = run(start(program).args(["40", "8", "32"]));
    let too_small = "argon2id      memory budget in bytes is 33554432, under the floor of ";
    assert!(output.contains(too_small), "{output}");
    let refused = run_to_fail(start(program).args(["40", "two"]));
    assert!(refused.contains("arguments: "), "{refused}");
}

/// The same is said of each way, in every language: one of two requests at once resets the
/// password. And so of security answers.
fn check_reset(output: &str) {
    let mut said = String::new();
    for way in ["e-mail link", "one-time code", "reset link"] {
        said.push_str(way);
        said.push_str(
            "
    asked for by nobody:   sent
    asked for:             sent
    with a short password: password refused
                           sessions and refresh tokens ended
                           the user told by mail
    with a good one:       done
    at the same time:      used code
    once more:             used code
",
        );
    }
    said.push_str(
        "\
security answers
    with a common one:     answers refused
                           pet: too common
                           the user told by mail
    set up:                done
    asked:                 done
                           Where were you born?
                           What was the name of your first pet?
    with a wrong one:      wrong answers
                           the session raised
    with right ones:       done
    once more:             wrong answers
",
    );
    assert_eq!(output, said);
}

/// What is said of the example's own passwords, and of some that are given; none of them is printed.
fn check_sign_up(program: &Path) {
    let output = run(&mut start(program));
    let own = "\
1: abgelehnt
    Es braucht mindestens 15 Zeichen.
    Es darf nichts von dem enthalten, was von Ihnen oder von Acme bekannt ist.
    Stärke: [##--]
    Fügen Sie ein oder zwei seltene Wörter hinzu.
2: abgelehnt
    Dasselbe Zeichen darf höchstens 3-mal hintereinander stehen.
    Höchstens 4 Zeichen dürfen wie im Alphabet oder beim Zählen aufeinander folgen.
    Höchstens 4 Zeichen dürfen auf der Tastatur nebeneinander liegen.
    Stärke: [####]
3: angenommen
    Stärke: [####]
4: angenommen
    Nicht jede Tastatur hat alle diese Zeichen.
    Leerzeichen am Anfang oder Ende gehen leicht verloren.
    Stärke: [####]
5: abgelehnt
    Es enthält etwas, das kein Text ist.
";
    assert_eq!(output, own);
    check_sign_up_of_given(program);
    check_sign_up_with_list(program);
}

fn check_sign_up_of_given(program: &Path) {
    let given = ["", "hunter2 \u{1f600}\u{3000}", &"hunter2".repeat(600)];
    let output = run(start(program).args(given));
    let said = "\
1: abgelehnt
    Es braucht mindestens 15 Zeichen.
    Stärke: [----]
    Nehmen Sie mehrere Wörter, die nicht zusammengehören.
    Ziffern und Sonderzeichen sind nicht nötig.
2: abgelehnt
    Es braucht mindestens 15 Zeichen.
    Nicht jede Tastatur hat alle diese Zeichen.
    Manche Zeichen kommen vielleicht nicht immer gleich an.
    Leerzeichen am Anfang oder Ende gehen leicht verloren.
    Emoji werden nicht von allen Tastaturen gleich gesendet.
    Stärke: [##--]
    Es ist einem häufigen Passwort sehr ähnlich.
    Fügen Sie ein oder zwei seltene Wörter hinzu.
3: abgelehnt
    Es darf höchstens 4096 Bytes haben.
";
    assert_eq!(output, said);
}

/// What was leaked is refused, and nothing else for that; what is no list is an error.
fn check_sign_up_with_list(program: &Path) {
    let mut listed = start(program);
    listed.arg("-b").arg(leaked_list());
    let output = run(listed.args(["hunter2 hunter2 hunter2", "hunter3 hunter3 hunter3"]));
    let leaked = "\
1: abgelehnt
    Es gehört zu den häufigen oder den gestohlenen Passwörtern.
    Stärke: [###-]
2: angenommen
    Stärke: [###-]
";
    assert_eq!(output, leaked);
    for (list, reason) in [
        (mixed_table(), "the list: not a blocklist"),
        (root().join("missing"), "No such file"),
        (root().join("tests"), "No such device"),
    ] {
        let output = run_to_fail(start(program).arg("-b").arg(list));
        assert!(output.contains(reason), "{reason:?} is not in:\n{output}");
    }
}

fn leaked_list() -> PathBuf {
    root().join("tests/lists/leaked.blocklist")
}

fn mixed_table() -> PathBuf {
    root().join("examples/mixed-table.tsv")
}

/// Every user of the table has moved in.
fn check_import(output: &str) {
    let table = std::fs::read_to_string(mixed_table()).expect("the table");
    let users = table.lines().filter(|line| !line.starts_with('#')).count();
    let anew = output.matches("  signed in, stored anew: $argon2id$v=19$m=19456");
    assert_eq!(anew.count(), users, "{output}");
    let all = format!("{users} of {users} users moved in");
    assert!(output.contains(&all), "{output}");
}

/// The example's story, whoever tells it.
fn check_sign_in(output: &str) {
    for line in [
        "right password: signed in",
        "wrong password: refused",
        "no such user:   refused",
        "SALTBOX_E_MALFORMED",
    ] {
        assert!(output.contains(line), "{line:?} is not in:\n{output}");
    }
}

// Installed.

/// Where `cargo cinstall` has put the library, for a packager: below a folder of its own.
struct Stage {
    /// Both libraries, as installed by default.
    shared: PathBuf,
    /// The static library alone.
    static_only: PathBuf,
}

const PREFIX: &str = "opt/saltbox";

fn stage() -> &'static Stage {
    static STAGE: OnceLock<Stage> = OnceLock::new();
    STAGE.get_or_init(|| Stage {
        shared: install("stage", &[]),
        static_only: install("stage-static", &["--library-type", "staticlib"]),
    })
}

fn install(name: &str, arguments: &[&str]) -> PathBuf {
    let stage = folder(name);
    // What an earlier run left would hide what this one forgets.
    std::fs::remove_dir_all(&stage).expect("the stage can be removed");
    run(cargo("cinstall")
        .args(["--release", "--prefix"])
        .arg(format!("/{PREFIX}"))
        .args(["--libdir", "lib", "--destdir"])
        .arg(&stage)
        .arg("--target-dir")
        .arg(folder("cinstall"))
        .args(arguments));
    stage
}

/// Points pkg-config and the loader at a stage.
fn use_stage<'c>(command: &'c mut Command, stage: &Path) -> &'c mut Command {
    let lib = stage.join(PREFIX).join("lib");
    command
        .env("PKG_CONFIG_LIBDIR", lib.join("pkgconfig"))
        .env("PKG_CONFIG_SYSROOT_DIR", stage)
        .env_remove("PKG_CONFIG_PATH")
        .env("LD_LIBRARY_PATH", lib)
}

fn pkg_config(stage: &Path, arguments: &[&str]) -> Vec<String> {
    let mut command = Command::new("pkg-config");
    let output = run(use_stage(&mut command, stage)
        .args(arguments)
        .arg("saltbox"));
    output.split_whitespace().map(str::to_owned).collect()
}

/// What the dynamic linker of some other system will look at.
fn installed() {
    let version = env!("CARGO_PKG_VERSION");
    let stage = &stage().shared;
    let lib = stage.join(PREFIX).join("lib");
    let library = lib.join(format!("libsaltbox.so.{version}"));
    let dynamic = run(Command::new("readelf").arg("-dW").arg(&library));
    assert!(
        dynamic.contains(&format!("Library soname: [{}]", soname())),
        "{dynamic}"
    );
    assert!(!dynamic.contains("TEXTREL"), "{dynamic}");
    assert!(
        !dynamic.contains("RPATH") && !dynamic.contains("RUNPATH"),
        "{dynamic}"
    );

    let segments = run(Command::new("readelf").arg("-lW").arg(&library));
    let stack = segments.lines().find(|line| line.contains("GNU_STACK"));
    let stack = stack.expect("without the mark the stack would be executable");
    assert!(!stack.contains("RWE"), "{stack}");

    for name in [soname().as_str(), "libsaltbox.so"] {
        let link = lib.join(name);
        let target = std::fs::canonicalize(&link).expect(name);
        assert_eq!(target, std::fs::canonicalize(&library).expect("installed"));
    }
    let header = std::fs::read(stage.join(PREFIX).join("include/saltbox.h"));
    let ours = std::fs::read(root().join("include/saltbox.h"));
    assert_eq!(header.expect("installed"), ours.expect("in the repository"));
    assert_eq!(pkg_config(stage, &["--modversion"]), [version]);
}

/// The minor version stands in it before 1.0: until then a minor release may change the ABI.
fn soname() -> String {
    match env!("CARGO_PKG_VERSION_MAJOR") {
        "0" => concat!("libsaltbox.so.0.", env!("CARGO_PKG_VERSION_MINOR")).to_owned(),
        major => format!("libsaltbox.so.{major}"),
    }
}

fn installed_c_shared() {
    let stage = &stage().shared;
    let needed = installed_c(stage, "shared", &pkg_config(stage, &["--cflags", "--libs"]));
    assert!(needed.contains(&soname()), "{needed}");
}

fn installed_c_static() {
    let Stage {
        shared,
        static_only,
    } = stage();
    let flags = pkg_config(static_only, &["--cflags", "--libs"]);
    let needed = installed_c(static_only, "static", &flags);
    assert!(!needed.contains("saltbox"), "{needed}");

    // Where both are installed, as the comment in the example says.
    let mut flags = pkg_config(shared, &["--cflags", "--static", "--libs"]);
    for flag in &mut flags {
        *flag = flag.replace("-lsaltbox", "-l:libsaltbox.a");
    }
    let needed = installed_c(shared, "static-of-both", &flags);
    assert!(!needed.contains("saltbox"), "{needed}");
}

/// Compiles and runs the example with these flags; returns the libraries that it loads.
fn installed_c(stage: &Path, how: &str, flags: &[String]) -> String {
    let program = folder("programs").join(format!("sign_in-installed-{how}"));
    run(Command::new("gcc")
        .args(STRICT)
        .args(["-std=c99", "-o"])
        .arg(&program)
        .arg(root().join("examples/c/sign_in.c"))
        .args(flags));
    check_sign_in(&run(use_stage(&mut clean(&program), stage)));
    let dynamic = run(Command::new("readelf").arg("-dW").arg(&program));
    let needed = dynamic.lines().filter(|line| line.contains("(NEEDED)"));
    needed.collect()
}

// Go.

fn go(stage: &Path, how: &str) {
    run(go_command(stage).args(["vet", "./..."]));
    run(go_command(stage).args(["test", "-count=1", "./..."]));
    let program = folder("programs").join(format!("sign_in-go-{how}"));
    run(go_command(stage)
        .args(["build", "-o"])
        .arg(&program)
        .arg("./cmd/sign_in"));
    check_sign_in(&run(use_stage(&mut clean(&program), stage)));
    let program = folder("programs").join(format!("import_table-go-{how}"));
    run(go_command(stage)
        .args(["build", "-o"])
        .arg(&program)
        .arg("./cmd/import_table"));
    let mut import = clean(&program);
    check_import(&run(use_stage(&mut import, stage).arg(mixed_table())));
    let program = folder("programs").join(format!("reset-go-{how}"));
    run(go_command(stage)
        .args(["build", "-o"])
        .arg(&program)
        .arg("./cmd/reset"));
    check_reset(&run(use_stage(&mut clean(&program), stage)));
}

fn go_race() {
    run(go_command(&stage().shared).args(["test", "-race", "-count=1", "./..."]));
}

fn go_command(stage: &Path) -> Command {
    let mut go = Command::new("go");
    use_stage(&mut go, stage)
        .current_dir(root().join("examples/go"))
        .env("CGO_ENABLED", "1")
        // Go's cache does not look into headers and libraries; a flag that changes with them makes it.
        .env("CGO_CFLAGS", format!("-DSTAGED={}", digest(stage)))
        // The example has no dependencies; a Go that wants to load something is a fault.
        .env("GOFLAGS", "-mod=readonly")
        .env("GOPROXY", "off")
        .env("GOTOOLCHAIN", "local")
        .env("GOWORK", "off");
    go
}

fn digest(stage: &Path) -> u64 {
    let mut hasher = DefaultHasher::new();
    for file in ["include/saltbox.h", "lib/libsaltbox.a"] {
        let bytes = std::fs::read(stage.join(PREFIX).join(file));
        bytes.expect("installed").hash(&mut hasher);
    }
    hasher.finish()
}

// Python.

fn python() {
    let output = run(python_example().args(["-m", "unittest", "-v"]));
    assert!(output.contains("\nOK"), "{output}");
    let output = run(python_example().arg("async_sign_in.py"));
    for line in ["alice   signed in", "carol   refused", "nobody  refused"] {
        assert!(output.contains(line), "{line:?} is not in:\n{output}");
    }
    check_import(&run(python_example()
        .arg("import_table.py")
        .arg(mixed_table())));
    check_reset(&run(python_example().arg("reset.py")));
}

fn libargon2() {
    run(python_example().arg(root().join("tests/support/libargon2.py")));
}

fn python_example() -> Command {
    let mut python = python_command();
    python
        .current_dir(root().join("examples/python"))
        .env("SALTBOX_LIBRARY", shared_library());
    python
}

fn python_command() -> Command {
    let mut python = Command::new("python3");
    python
        .args(["-W", "error"])
        .env("PYTHONDONTWRITEBYTECODE", "1");
    python
}

fn parent(path: &Path) -> &Path {
    path.parent().expect("a file lies in a folder")
}
