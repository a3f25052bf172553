//! The policy as anybody may see it.

use crate::core::Saltbox;
use crate::interchange::export_policy;
use crate::json::Writer;

impl Saltbox {
    /// What a form says of new passwords before one is typed, as a JSON object.
    /// It takes no record and no subject, and says nothing of the words and lists that are looked for.
    ///
    /// ```json
    /// {"rules":[{"code":1,"name":"too_short","bound":15,"text":"has to have at least 15 characters"},
    ///           {"code":61,"name":"blocklisted","text":"must not be a password that is often used or was leaked"}],
    ///  "passwordrules":"minlength: 15; allowed: unicode;",
    ///  "descope":{"minLength":15,"lowercase":false,"uppercase":false,"number":false,
    ///             "nonAlphanumeric":false,"strengthScoreEnabled":false,"strengthScore":0}}
    /// ```
    ///
    /// `rules` are those that are on, as findings have them; where shorter passwords have others, `by_length` has
    /// theirs (`[{"up_to":19,"rules":[…]}]`). `required`, `allowed` and `disallowed` stand where characters are named.
    /// `passwordrules` is for the attribute of a form that managers of passwords read, and left out where it can say
    /// nothing. `descope` is the whole answer to Descope's `GET /v1/auth/password/policy`.
    #[must_use]
    pub fn public_policy(&self) -> String {
        let policy = self.config().policy();
        Writer::object(|json| {
            policy.write_public(json);
            if let Ok(exported) = export_policy(self.config(), "passwordrules") {
                json.raw("passwordrules", exported.settings_json());
            }
            json.nested("descope", |json| policy.write_descope_public(json));
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::core::{Config, Saltbox};
    use crate::interchange::import_policy;
    use crate::policy::PolicyProfile;
    use serde_json::Value as Json;

    fn public(policy: &str) -> Json {
        let json = format!(r#"{{"policy":{policy}}}"#);
        let config = Config::from_json(json.as_bytes()).expect("a configuration");
        serde_json::from_str(&Saltbox::new(config).public_policy()).expect("JSON")
    }

    /// What a check finds of the worst password is what the public policy says beforehand.
    #[test]
    fn a_refusal_has_the_words_that_were_said_before() {
        let policy = r#"{"min_length":15,"min_upper":2,"required":["!#"],"disallowed":"<>","by_length":[{"up_to":19,"min_digits":3}]}"#;
        let config = format!(r#"{{"policy":{policy}}}"#);
        let core = Saltbox::new(Config::from_json(config.as_bytes()).expect("a configuration"));
        let findings = core.check(&Default::default(), "<", 0).to_json();
        let findings: Json = serde_json::from_str(&findings).expect("JSON");
        let said = public(policy);
        let rules = said["by_length"][0]["rules"].as_array().expect("rules");
        let broken = findings["violations"].as_array().expect("violations");
        assert_eq!(broken.len(), 5, "{broken:?}");
        for violation in broken {
            let rule = rules.iter().find(|rule| rule["code"] == violation["code"]);
            let rule = rule.unwrap_or_else(|| panic!("{violation} was not said"));
            for member in ["name", "bound", "text"] {
                assert_eq!(rule[member], violation[member]);
            }
        }
        assert_eq!(said["by_length"][0]["up_to"], 19);
        let digits = said["rules"].as_array().expect("rules");
        assert!(digits.iter().all(|rule| rule["name"] != "too_few_digits"));
        assert_eq!(
            (&said["required"][0], &said["disallowed"]),
            (&"!#".into(), &"<>".into())
        );
    }

    #[test]
    fn words_and_numbers_that_are_looked_for_are_not_named() {
        let said = public(
            r#"{"context":{"words":["sesame"]},"forbidden_numbers":{"from":1900,"to":2030}}"#,
        )
        .to_string();
        assert!(said.contains("context_word") && said.contains("forbidden_number"));
        for word in ["sesame", "1900", "2030"] {
            assert!(!said.contains(word), "{said}");
        }
    }

    /// The vendor's names are read by the importer, which knows them by itself.
    #[test]
    fn what_is_said_in_the_vendor_s_names_is_read_as_the_same_policy() {
        for profile in PolicyProfile::all() {
            let policy = format!(r#"{{"profile":"{}"}}"#, profile.name());
            let said = public(&policy);
            assert_eq!(said["descope"].as_object().map(|o| o.len()), Some(7));
            let json = format!(r#"{{"format":"descope","settings":{}}}"#, said["descope"]);
            let read = import_policy(json.as_bytes()).expect("their settings");
            let read: Json = serde_json::from_str(read.policy_json()).expect("JSON");
            let policy = profile.policy();
            for (key, rule) in [
                ("min_length", crate::policy::Rule::TooShort),
                ("min_lower", crate::policy::Rule::TooFewLower),
                ("min_upper", crate::policy::Rule::TooFewUpper),
                ("min_digits", crate::policy::Rule::TooFewDigits),
                ("min_symbols", crate::policy::Rule::TooFewSymbols),
                #[cfg(feature = "strength")]
                ("min_score", crate::policy::Rule::TooWeak),
            ] {
                let bound = policy.bound(rule);
                assert_eq!(
                    read[key].as_u64(),
                    bound.map(u64::from),
                    "{} {key}",
                    profile.name()
                );
            }
        }
    }
}
