//! What of a policy anybody may know: what a form says before the user types.

use super::rules::{Row, Rule};
use super::settings::Policy;
use crate::json::Writer;

impl Policy {
    /// Writes the rules that are on, each with its bound and its text, and the
    /// characters that they are about. Of words, numbers and lists it says that
    /// they are looked for, never which: those of the service tell of it, and
    /// who knows what is not looked for guesses that.
    pub(crate) fn write_public(&self, json: &mut Writer) {
        json.objects("rules", self.bounds_for(u32::MAX), write_rule);
        if !self.by_length.is_empty() {
            json.objects("by_length", &self.by_length, |json, (most, _)| {
                json.integer("up_to", *most);
                json.objects("rules", self.bounds_for(*most), write_rule);
            });
        }
        self.write_sets(json);
    }

    /// Writes what Descope answers to `GET /v1/auth/password/policy`: seven
    /// members, whatever else is asked for.
    pub(crate) fn write_descope_public(&self, json: &mut Writer) {
        json.integer("minLength", self.bound(Rule::TooShort).unwrap_or(0));
        for (key, rule) in [
            ("lowercase", Rule::TooFewLower),
            ("uppercase", Rule::TooFewUpper),
            ("number", Rule::TooFewDigits),
            ("nonAlphanumeric", Rule::TooFewSymbols),
            ("strengthScoreEnabled", Rule::TooWeak),
        ] {
            json.boolean(key, self.bound(rule).is_some());
        }
        json.integer("strengthScore", self.bound(Rule::TooWeak).unwrap_or(0));
    }
}

/// A rule as a finding writes it, without what was found.
fn write_rule(json: &mut Writer, (row, bound): (&'static Row, u32)) {
    json.integer("code", row.rule.code());
    json.string("name", row.name);
    if bound > 0 {
        json.integer("bound", bound);
    }
    json.string("text", &row.rule.text_with(bound));
}
