use super::*;

fn broken(json: &str, standard: Standard) -> Vec<(&'static str, String)> {
    let config = Config::from_json(json.as_bytes()).expect("valid");
    let lint = config.lint(&[standard]);
    lint.breaches()
        .map(|breach| (breach.section(), breach.path().to_owned()))
        .collect()
}

/// What every configuration breaks until a later release has lists of passwords.
fn is_about_lists((_, path): &(&str, String)) -> bool {
    path == "policy.blocklist"
}

#[test]
fn the_profile_of_a_standard_breaks_nothing_but_what_needs_a_list() {
    for standard in Standard::ALL {
        let json = format!(r#"{{"policy":{{"profile":"{}"}}}}"#, standard.name());
        let lint = Config::from_json(json.as_bytes())
            .expect("valid")
            .lint(&[standard]);
        let insisted = lint
            .breaches()
            .filter(|breach| breach.level() != Level::Should);
        let paths: Vec<&str> = insisted.map(Breach::path).collect();
        assert!(
            paths.iter().all(|path| *path == "policy.blocklist"),
            "{paths:?}"
        );
        assert!(!paths.is_empty());
    }
}
