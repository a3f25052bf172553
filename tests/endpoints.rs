//! `examples/ENDPOINTS.md` is held to the documents that it answers, to the
//! library and to the example services.

use saltbox::Effect;
use saltbox::Request;
use saltbox::policy::Subject;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn page() -> String {
    read("examples/ENDPOINTS.md")
}

/// The rows of the table under a heading, without its head.
fn rows(heading: &str) -> Vec<Vec<String>> {
    let page = page();
    let part = page
        .split_once(&format!("\n{heading}\n"))
        .unwrap_or_else(|| panic!("{heading} is not there"));
    let part = part.1.split("\n#").next().unwrap_or_default();
    let rows = part.lines().filter(|line| line.starts_with('|')).skip(2);
    rows.map(|row| {
        row.trim_matches('|')
            .split('|')
            .map(|cell| cell.trim().to_owned())
            .collect()
    })
    .collect()
}

/// What stands between backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// The sources of each example service.
fn services() -> [(&'static str, String); 3] {
    let all = |folder: &str, ending: &str, begins: &str| {
        let folder = root().join(folder);
        let entries = fs::read_dir(&folder).expect("the service is there");
        let paths = entries.map(|entry| entry.expect("readable").path());
        let is_source = |path: &PathBuf| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.ends_with(ending) && name.starts_with(begins)
        };
        let texts = paths
            .filter(is_source)
            .map(|path| fs::read_to_string(path).expect("UTF-8"));
        texts.collect::<String>()
    };
    [
        ("C", all("examples/c/service", ".c", "")),
        ("Go", all("examples/go/cmd/service", ".go", "")),
        ("Python", all("examples/python", ".py", "service")),
    ]
}

/// Every table of fields, with the name of its documents in `fields.txt`.
const TABLES: [(&str, &str); 3] = [
    ("### Requests of Descope", "request"),
    ("### Answers of Descope", "answer"),
    ("### Requests and answers of Wristband", "wristband"),
];

/// Named by no document, but by what it says of them in prose.
const IN_PROSE: [&str; 2] = ["newPassword", "suppressPasswordUpdatedEmail"];

#[test]
fn every_field_of_the_documents_stands_in_one_row() {
    let fields = read("tests/endpoints/fields.txt");
    for (heading, document) in TABLES {
        let rows = rows(heading);
        let names: Vec<&str> = rows.iter().flat_map(|row| quoted(&row[0])).collect();
        let unique: BTreeSet<_> = names.iter().collect();
        assert_eq!(unique.len(), names.len(), "{heading} names a field twice");
        let lines = fields.lines().filter(|line| !line.starts_with('#'));
        let named: BTreeSet<&str> = lines
            .filter_map(|line| line.strip_prefix(document)?.strip_prefix(' '))
            .collect();
        assert!(named.len() > 5, "{document}");
        let covers = |name: &str, field: &str| match name.strip_suffix('*') {
            Some(inside) => field.starts_with(inside),
            None => name == field,
        };
        for field in &named {
            let found = names.iter().filter(|name| covers(name, field)).count();
            assert_eq!(found, 1, "{document} {field}");
        }
        for name in names.iter().filter(|name| !IN_PROSE.contains(name)) {
            let is_named = named.iter().any(|field| covers(name, field));
            assert!(is_named, "{document} has no {name}");
        }
    }
}

#[test]
fn every_field_becomes_something_that_there_is() {
    let symbols = read("include/saltbox.symbols");
    let header = read("include/saltbox.h");
    let subject_keys = [
        "id",
        "realm",
        "login_id",
        "email",
        "email_verified",
        "phone",
        "words",
        "status",
        "mfa_enrolled",
    ];
    for key in subject_keys {
        let json = match key {
            "words" => r#"{"words":[]}"#.to_owned(),
            "status" => r#"{"status":"enabled"}"#.to_owned(),
            "email_verified" | "mfa_enrolled" => format!(r#"{{"{key}":true}}"#),
            _ => format!(r#"{{"{key}":"x"}}"#),
        };
        Subject::from_json(json.as_bytes()).unwrap_or_else(|error| panic!("{key}: {error}"));
    }
    let request_keys = ["revoke_other_sessions", "suppress_mail", "step_up"];
    for key in request_keys {
        let json = format!(r#"{{"{key}":true}}"#);
        Request::from_json(json.as_bytes()).unwrap_or_else(|error| panic!("{key}: {error}"));
    }
    let effects: Vec<&str> = Effect::ALL.iter().map(|effect| effect.name()).collect();
    let is_known = |name: &str| {
        let known = [&subject_keys[..], &request_keys, &effects].concat();
        known.contains(&name)
            || symbols.lines().any(|symbol| symbol == name)
            || header.contains(&format!("#define {name} "))
            || header.contains(&format!("{name}_len,"))
            || header.contains(&format!("struct {name} "))
            // Of another row of the page, or of the record or the configuration.
            || rows("### Requests of Descope").iter().any(|row| row[0] == format!("`{name}`"))
    };
    for (heading, _) in TABLES {
        for row in rows(heading) {
            let [field, becomes, whereto] = &row[..] else {
                panic!("{row:?}");
            };
            let kinds = ["core", "effect", "host", "constant", "refused"];
            assert!(kinds.contains(&&**becomes), "{field} becomes {becomes}");
            if matches!(&**becomes, "core" | "effect") {
                let names: Vec<&str> = quoted(whereto).collect();
                let some = names.iter().any(|name| is_known(name));
                assert!(
                    some || field == "`result`" || whereto.contains("above"),
                    "{field}: {whereto}"
                );
            }
        }
    }
}

#[test]
fn every_function_and_number_that_is_named_is_in_the_header() {
    let header = read("include/saltbox.h");
    let page = page();
    let names =
        quoted(&page).filter(|name| name.starts_with("saltbox_") || name.starts_with("SALTBOX_"));
    let mut seen = 0;
    for name in names {
        seen += 1;
        let is_there = |end: &str| header.contains(&format!("{name}{end}"));
        assert!(
            [" ", "(", ";"].iter().any(|end| is_there(end)),
            "{name} is not in the header"
        );
    }
    assert!(seen > 40);
}

/// The routes that the HTTP stories call, each of which succeeds in one of them.
fn routes_of_stories() -> BTreeSet<String> {
    let runner = read("tests/services.rs");
    let list = runner.split_once("const ROUTES: ").expect("the list").1;
    let list = list.split("];").next().unwrap_or_default();
    list.split('"')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_routes_are_those_that_the_stories_call() {
    let mut routes = BTreeSet::new();
    for row in rows("## Routes") {
        let mut whole = String::new();
        for route in quoted(&row[0]) {
            // The second of a row stands without what is the same.
            whole = if let Some((before, _)) =
                whole.rsplit_once('/').filter(|_| route.starts_with('/'))
            {
                format!("{before}{route}")
            } else {
                route.to_owned()
            };
            assert!(routes.insert(whole.clone()), "{whole} stands twice");
        }
    }
    assert_eq!(routes, routes_of_stories());
}

#[test]
fn the_services_read_the_fields_that_go_into_the_core() {
    for (language, sources) in services() {
        let tables = TABLES.iter().filter(|(_, document)| *document != "answer");
        for row in tables.flat_map(|(heading, _)| rows(heading)) {
            let (field, becomes) = (&row[0], &row[1]);
            if becomes != "core" && becomes != "refused" {
                continue;
            }
            let field = field.trim_matches('`');
            let last = field.rsplit('.').next().unwrap_or_default();
            let is_read = [field, last]
                .iter()
                .any(|name| sources.contains(&format!("\"{name}\"")));
            assert!(is_read, "{language} does not read {field}");
        }
    }
}

/// Names of the stories in a folder of `tests`.
fn stories(folder: &str) -> BTreeSet<String> {
    let entries = fs::read_dir(root().join("tests").join(folder)).expect("readable");
    let paths = entries.map(|entry| entry.expect("readable").path());
    let texts = paths
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .map(|path| fs::read_to_string(path).expect("UTF-8"));
    let names = |text: String| {
        let names = text
            .lines()
            .filter_map(|line| line.strip_prefix("name = \""));
        names
            .map(|name| name.trim_end_matches('"').to_owned())
            .collect::<Vec<_>>()
    };
    texts.flat_map(names).collect()
}

#[test]
fn every_endpoint_has_a_flow_and_a_test_in_readme() {
    let readme = read("README.md");
    let table = readme
        .split_once("\n### Every endpoint of the documents\n")
        .expect("the section is there")
        .1;
    let table = table.split("\n#").next().unwrap_or_default();
    let symbols = read("include/saltbox.symbols");
    let (of_core, over_http) = (stories("stories"), stories("services"));
    let rows: Vec<Vec<&str>> = table
        .lines()
        .filter(|line| line.starts_with('|'))
        .skip(2)
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect();
    let mut flows = BTreeSet::new();
    for row in &rows {
        let [endpoint, calls, story, http] = row[..] else {
            panic!("{row:?}");
        };
        for flow in quoted(calls) {
            assert!(symbols.lines().any(|symbol| symbol == flow), "{flow}");
            flows.insert(flow.to_owned());
        }
        assert!(
            story.is_empty() || of_core.contains(story),
            "{endpoint}: {story}"
        );
        assert!(over_http.contains(http), "{endpoint}: {http}");
    }
    // Every call that decides about an account has its row.
    let decides = |symbol: &&str| {
        let name = symbol.trim_start_matches("saltbox_");
        let begins = [
            "sign_", "update", "replace", "request_", "reset", "verify_", "set_", "get_", "admin_",
        ];
        let others = ["request_check", "verify_batch"];
        begins.iter().any(|begin| name.starts_with(begin)) && !others.contains(&name)
    };
    for flow in symbols.lines().filter(decides) {
        assert!(flows.contains(flow), "{flow} has no row");
    }
}
