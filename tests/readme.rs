//! Every block of README in C, Go and Python is compiled and run, by a program
//! in `tests/readme` that bears the block's name. (Rust blocks are doc tests.)

mod support;

use libtest_mimic::{Arguments, Failed, Trial};
use saltbox::hash::Limit;
use saltbox::interchange::{POLICY_FORMATS, import_policy};
use saltbox::policy::{Hazard, PolicyProfile, Rule, Subject};
use saltbox::question::AnswerRule;
use saltbox::{Config, Decision, Profile, Saltbox, Shown};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// A fenced block: its language, its name, its text.
struct Block {
    language: String,
    name: Option<String>,
    text: String,
}

/// Runs the program of that name with a block's text.
type Run = fn(&str, &str) -> Result<(), Failed>;

fn main() {
    let mut trials = vec![
        Trial::test(
            "every_block_has_a_name_and_a_program",
            every_block_has_a_program,
        ),
        Trial::test("the_configuration_shown_is_valid", configuration),
        Trial::test("the_findings_shown_are_what_is_said", findings),
        Trial::test(
            "the_policy_shown_is_what_becomes_of_another_systems",
            interchange,
        ),
        Trial::test("every_rule_and_warning_is_listed", rules),
        Trial::test("every_profile_and_limit_is_listed", profiles_and_limits),
        Trial::test("every_rule_of_answers_is_listed_by_code", answer_rules),
        Trial::test(
            "every_verdict_and_what_the_client_hears_is_listed",
            verdicts,
        ),
    ];
    for Block {
        language,
        name,
        text,
    } in blocks()
    {
        let (tool, run): (&str, Run) = match &*language {
            "c" => ("cc", run_c),
            "python" => ("python3", run_python),
            "go" => ("go", run_go),
            _ => continue,
        };
        let name = name.unwrap_or_default();
        let trial = Trial::test(format!("{language}_{name}"), move || run(&name, &text));
        let missing = support::tool(tool).is_none().then_some(tool);
        trials.push(support::unless_missing(missing, trial));
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn readme() -> String {
    fs::read_to_string(support::root().join("README.md")).expect("README is there")
}

fn blocks() -> Vec<Block> {
    let readme = readme();
    let mut blocks = Vec::new();
    // Between fences every second part is a block.
    for part in readme.split("\n```").skip(1).step_by(2) {
        let (info, text) = part.split_once('\n').expect("a fence ends its line");
        let mut words = info.split_whitespace().map(str::to_owned);
        if let Some(language) = words.next() {
            blocks.push(Block {
                language,
                name: words.next(),
                text: text.to_owned() + "\n",
            });
        }
    }
    blocks
}

fn every_block_has_a_program() -> Result<(), Failed> {
    let mut programs = Vec::new();
    for block in blocks() {
        let extension = match &*block.language {
            "c" => "c",
            "go" => "go",
            "python" => "py",
            "rust" | "sh" | "json" => continue,
            other => return Err(format!("a block in {other}, which nothing tests").into()),
        };
        let Some(name) = block.name else {
            return Err(format!("a {} block without a name", block.language).into());
        };
        let program = format!("{name}.{extension}");
        if !support::root()
            .join("tests/readme")
            .join(&program)
            .is_file()
        {
            return Err(format!("tests/readme/{program} is missing").into());
        }
        programs.push(program);
    }
    for entry in fs::read_dir(support::root().join("tests/readme"))? {
        let program = entry?.file_name().to_string_lossy().into_owned();
        if !programs.contains(&program) {
            return Err(format!("README has no block for {program}").into());
        }
    }
    Ok(())
}

fn configuration() -> Result<(), Failed> {
    let shown: Vec<Block> = blocks()
        .into_iter()
        .filter(|b| b.language == "json" && b.name.as_deref() == Some("config"))
        .collect();
    for block in &shown {
        Config::from_json(block.text.as_bytes()).map_err(|e| e.to_string())?;
    }
    if shown.is_empty() {
        Err("README shows no configuration".into())
    } else {
        Ok(())
    }
}

/// The text of the JSON block of this name that has `with` in it.
fn json(name: &str, with: &str) -> Result<String, Failed> {
    let named = |block: &Block| block.language == "json" && block.name.as_deref() == Some(name);
    let mut blocks = blocks().into_iter();
    let block = blocks.find(|block| named(block) && block.text.contains(with));
    Ok(block
        .ok_or(format!("README shows no {name} with {with}"))?
        .text)
}

fn same(said: &str, shown: &str) -> Result<(), Failed> {
    let said: serde_json::Value = serde_json::from_str(said)?;
    if said == serde_json::from_str::<serde_json::Value>(shown)? {
        Ok(())
    } else {
        Err(format!("it says {said}").into())
    }
}

/// What README shows of a check is what its policy says.
fn findings() -> Result<(), Failed> {
    let config =
        Config::from_json(json("config", "policy")?.as_bytes()).map_err(|e| e.to_string())?;
    let findings = Saltbox::new(config).check(&Subject::default(), "acme12", 0);
    same(&findings.to_json(), &json("findings", "violations")?)
}

/// What README shows of another system's policy is what becomes of it.
fn interchange() -> Result<(), Failed> {
    for (format, with) in [("passwordrules", "\"allowed\""), ("descope", "\"account\"")] {
        let theirs = json("import", format)?;
        let imported = import_policy(theirs.as_bytes()).map_err(|e| e.to_string())?;
        let shown = json("imported", with)?;
        same(&imported.to_json(), &shown)?;
        // All but the list is a configuration.
        let mut config: serde_json::Value = serde_json::from_str(&shown)?;
        if let Some(members) = config.as_object_mut() {
            members.remove("not_expressible");
        }
        Config::from_json(config.to_string().as_bytes()).map_err(|e| e.to_string())?;
    }
    let readme = readme().to_lowercase();
    match POLICY_FORMATS
        .iter()
        .find(|format| !readme.contains(**format))
    {
        None => Ok(()),
        Some(format) => Err(format!("the format {format} is not named").into()),
    }
}

/// Every rule and every warning stands in README by its key and name.
fn rules() -> Result<(), Failed> {
    let readme = readme();
    if let Some(at) = readme.find("CHECK") {
        return Err(format!("a place is not filled in at byte {at}").into());
    }
    let named = |name: &str| {
        // `too_few_lower`, `_upper`: what they have in common stands once.
        let short = name
            .strip_prefix("too_few")
            .filter(|short| !short.is_empty());
        readme.contains(&format!("`{name}`"))
            || short.is_some_and(|short| readme.contains(&format!("`{short}`")))
    };
    let keys = Rule::all().map(Rule::key).filter(|key| !key.is_empty());
    // README says "`min_lower` … `min_letters`".
    let between = ["min_upper", "min_digits", "min_symbols"];
    let names = Rule::all()
        .map(Rule::name)
        .chain(Hazard::all().map(Hazard::name));
    let mut all = names.chain(keys.filter(|key| !between.contains(key)));
    match all.find(|name| !named(name)) {
        None => Ok(()),
        Some(name) => Err(format!("{name} is not listed").into()),
    }
}

fn profiles_and_limits() -> Result<(), Failed> {
    let readme = readme();
    for profile in Profile::all() {
        if !readme.contains(&format!("`{}`", profile.name())) {
            return Err(format!("the profile {} is not listed", profile.name()).into());
        }
    }
    for profile in PolicyProfile::all() {
        if !readme.contains(&format!("`{}`", profile.name())) {
            return Err(format!("the policy {} is not listed", profile.name()).into());
        }
    }
    for limit in Limit::all() {
        let row = format!("`{}` {}", limit.key(), limit.default_value());
        if !readme.contains(&row) {
            return Err(format!("{row} is not listed").into());
        }
    }
    Ok(())
}

/// The rows of the table whose first line is `head`, each as its cells.
fn table(head: &str) -> Result<Vec<Vec<String>>, Failed> {
    let readme = readme();
    let mut lines = readme.lines().skip_while(|line| *line != head);
    lines.next().ok_or(format!("there is no table {head}"))?;
    let rows = lines.skip(1).take_while(|line| line.starts_with('|'));
    let cells = |row: &str| row.split('|').skip(1).map(str::to_owned).collect();
    Ok(rows.map(cells).collect())
}

/// What stands between backticks.
fn names(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

/// "1 to 5", "10, 11" and "12" as numbers.
fn codes(cell: &str) -> Result<Vec<u16>, Failed> {
    let mut codes = Vec::new();
    for part in cell.split(',') {
        let (first, last) = part.split_once(" to ").unwrap_or((part, part));
        codes.extend(first.trim().parse::<u16>()?..=last.trim().parse()?);
    }
    Ok(codes)
}

/// Every rule of answers stands in its table, in order and by the right code.
fn answer_rules() -> Result<(), Failed> {
    let mut listed = Vec::new();
    for row in table("| code | name | |")? {
        let (codes, names) = (codes(&row[0])?, names(&row[1]));
        if codes.len() != names.len() {
            return Err(format!("{codes:?} are not {names:?}").into());
        }
        listed.extend(codes.into_iter().zip(names.into_iter().map(str::to_owned)));
    }
    let all: Vec<_> = AnswerRule::all()
        .map(|rule| (rule.code(), rule.name().to_owned()))
        .collect();
    if listed == all {
        Ok(())
    } else {
        Err(format!("{listed:?} are listed").into())
    }
}

/// Every decision, and everything that a client may hear, stands in the table, and nothing else.
fn verdicts() -> Result<(), Failed> {
    let rows = table("| verdict | the client hears | |")?;
    let decisions: Vec<_> = Decision::all().map(Decision::name).collect();
    for (column, all) in [(0, decisions), (1, Shown::ALL.map(Shown::name).to_vec())] {
        let listed: Vec<_> = rows.iter().flat_map(|row| names(&row[column])).collect();
        if let Some(name) = all.iter().find(|name| !listed.contains(name)) {
            return Err(format!("{name} is not listed").into());
        }
        if let Some(name) = listed.iter().find(|name| !all.contains(name)) {
            return Err(format!("there is no {name}").into());
        }
    }
    Ok(())
}

/// A new folder for one block.
fn folder(name: &str) -> Result<PathBuf, Failed> {
    let folder = support::folder("readme").join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

fn program(name: &str) -> Result<String, Failed> {
    Ok(fs::read_to_string(
        support::root().join("tests/readme").join(name),
    )?)
}

fn run_c(name: &str, snippet: &str) -> Result<(), Failed> {
    let folder = folder(&format!("c-{name}"))?;
    fs::write(folder.join("snippet.c"), snippet)?;
    fs::write(folder.join("program.c"), program(&format!("{name}.c"))?)?;
    let mut compile = Command::new("cc");
    compile
        .args(["-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic", "-o"])
        .arg(folder.join("program"))
        .arg(folder.join("program.c"))
        .arg("-I")
        .arg(support::root().join("include"))
        .arg(support::static_library())
        .args(support::NATIVE_LIBRARIES);
    support::run(&mut compile);
    support::run(&mut Command::new(folder.join("program")));
    Ok(())
}

fn run_python(name: &str, snippet: &str) -> Result<(), Failed> {
    let folder = folder(&format!("python-{name}"))?;
    fs::write(folder.join("snippet.py"), snippet)?;
    fs::write(folder.join("program.py"), program(&format!("{name}.py"))?)?;
    let mut python = Command::new("python3");
    python
        .arg("program.py")
        .current_dir(&folder)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("PYTHONPATH", support::root().join("examples/python"))
        .env("SALTBOX_LIBRARY", support::shared_library());
    support::run(&mut python);
    Ok(())
}

fn run_go(name: &str, snippet: &str) -> Result<(), Failed> {
    let folder = folder(&format!("go-{name}"))?;
    let program = program(&format!("{name}.go"))?.replace("// SNIPPET", snippet);
    fs::write(folder.join("main.go"), program)?;
    let binding = support::root().join("examples/go");
    fs::write(
        folder.join("go.mod"),
        format!(
            "module example.invalid/readme\n\ngo 1.24\n\n\
             require example.invalid/saltbox-example v0.0.0\n\
             replace example.invalid/saltbox-example => {}\n",
            binding.display()
        ),
    )?;
    let pkg_config = support::package(&folder)?;
    let mut go = Command::new("go");
    go.args(["run", "."])
        .current_dir(&folder)
        .env("GOFLAGS", "-mod=mod")
        .env("GOPROXY", "off")
        .env("PKG_CONFIG_PATH", pkg_config)
        .env("LD_LIBRARY_PATH", support::library_folder());
    support::run(&mut go);
    Ok(())
}
