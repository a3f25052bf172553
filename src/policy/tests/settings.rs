//! Settings: what is refused, and what is written.

use super::*;

#[test]
fn contradictions_are_refused_at_their_place() {
    for (json, reason) in [
        (
            r#"{"min_length":9,"max_length":8}"#,
            "min_length 9 is over max_length 8",
        ),
        (
            r#"{"max_length":3,"min_lower":2,"min_digits":2}"#,
            "max_length: the classes need 4 characters, and there are 3 at most",
        ),
        (
            r#"{"max_length":2,"min_classes":3}"#,
            "max_length: the classes need 3 characters, and there are 2 at most",
        ),
        (
            r#"{"min_classes":6}"#,
            "min_classes is 6, over the limit of 5",
        ),
        (
            r#"{"min_length":0}"#,
            "min_length is 0, under the floor of 1",
        ),
        (r#"{"allowed":""}"#, "has to name a character"),
        (r#"{"disallowed":"aba"}"#, "a character stands twice"),
        (r#"{"sequence_wraps":true}"#, "goes with max_sequence"),
        (
            r#"{"by_length":[{"up_to":9,"min_digits":1},{"up_to":9,"min_digits":2}]}"#,
            "larger than the one before",
        ),
        (r#"{"by_length":[{"up_to":9}]}"#, "has to set a rule"),
        (r#"{"min_lenght":9}"#, "the nearest is \"min_length\""),
        (
            r#"{"profile":"nist"}"#,
            "unknown profile; there are nist-63b-4",
        ),
        (r#"{"no_control":1}"#, "has to be true or false"),
        (
            r#"{"allowed":"abc","disallowed":"cba"}"#,
            "allowed: none of these characters is left",
        ),
        (
            r#"{"allowed":" \t","no_whitespace":true}"#,
            "allowed: none of these characters is left",
        ),
        (
            r#"{"allowed":"abc","min_digits":1}"#,
            "min_digits: no such character is allowed",
        ),
        (
            r#"{"allowed":"123","min_letters":1}"#,
            "min_letters: no letter is allowed",
        ),
        (
            r#"{"allowed":"123","no_only_digits":true}"#,
            "only digits are allowed",
        ),
        (
            r#"{"allowed":"abc1","min_classes":3}"#,
            "min_classes: is 3, and 2 can be there",
        ),
        (
            r#"{"min_classes":3,"classes":["lower","upper"]}"#,
            "min_classes: is 3, and 2 can be there",
        ),
        (r#"{"classes":["lower"]}"#, "goes with min_classes"),
        (
            r#"{"min_classes":1,"classes":["lower","lower"]}"#,
            "stands twice",
        ),
        (
            r#"{"min_classes":1,"classes":["small"]}"#,
            "is none of lower, upper, digit, symbol, letter",
        ),
        (
            r#"{"allowed":"abc","min_distinct":4}"#,
            "min_distinct: is 4, and 3 characters are allowed",
        ),
        (
            r#"{"allowed":"abc","required":["ab","xy"]}"#,
            "required: of the characters of set 1 none is allowed",
        ),
        (
            r#"{"required":["ab","ba"]}"#,
            "is the same as one before it",
        ),
        (r#"{"required":[]}"#, "has to have a set"),
        (
            r#"{"required":["xy"],"disallowed":"yxz"}"#,
            "required: of the characters of set 0 none is allowed",
        ),
        (
            r#"{"min_length":9,"max_bytes":8}"#,
            "min_length 9 is over max_bytes 8",
        ),
        (
            r#"{"min_length":9,"max_occurrences":2,"allowed":"abcd"}"#,
            "max_occurrences: 2 of 4 characters make no password of 9",
        ),
        (
            r#"{"min_length":8,"by_length":[{"up_to":7,"min_digits":1}]}"#,
            "by_length[0].up_to: no password is that short, min_length is 8",
        ),
        (
            r#"{"max_length":8,"by_length":[{"up_to":8,"min_digits":1},{"up_to":9,"min_digits":1}]}"#,
            "by_length[1].up_to: no password is that long, max_length is 8",
        ),
        (
            r#"{"min_lower":3,"by_length":[{"up_to":4,"min_digits":2}]}"#,
            "by_length[0]: the classes need 5 characters, and there are 4 at most",
        ),
        (r#"{"min_points":5}"#, "min_points: goes with context"),
        (
            r#"{"by_length":[{"up_to":9,"min_points":5}]}"#,
            "goes with context",
        ),
        (
            r#"{"max_length":20,"by_length":[{"up_to":20,"min_length":30}]}"#,
            "by_length: leaves no length that a password may have",
        ),
        (
            r#"{"max_length":8,"min_letters":6,"min_digits":3}"#,
            "need 9 characters, and there are 8 at most",
        ),
        (
            r#"{"max_bytes":8,"min_lower":5,"min_upper":5}"#,
            "need 10 characters, and there are 8 at most",
        ),
        (
            r#"{"min_lower":4096,"min_upper":1}"#,
            "need 4097 characters, and there are 4096 at most",
        ),
        (
            r#"{"max_length":4,"min_classes":2,"min_lower":3,"classes":["upper","digit"]}"#,
            "need 5 characters, and there are 4 at most",
        ),
        (
            r#"{"max_length":1,"required":["a","b"]}"#,
            "required: asks for 2 characters, and there are 1 at most",
        ),
        (
            r#"{"required":[" "],"no_whitespace":true}"#,
            "required: of the characters of set 0 none is allowed",
        ),
        (
            r#"{"allowed":"\u0001","no_control":true}"#,
            "allowed: none of these characters is left",
        ),
        (
            r#"{"allowed":" ","min_visible":1}"#,
            "min_visible: no character that can be seen is allowed",
        ),
        (
            r#"{"allowed":"ab ","min_distinct":3}"#,
            "is 3, and 2 characters are allowed that can be seen",
        ),
        (
            r#"{"allowed":"0123456789","max_class_run":3,"min_length":8}"#,
            "max_class_run: characters of one kind only are allowed",
        ),
        (
            r#"{"allowed":"a","max_repeated":2,"min_length":3}"#,
            "max_repeated: only one character is allowed",
        ),
        (
            r#"{"disallowed":"\u00a0"}"#,
            "U+00A0 is prepared to another character",
        ),
        (
            r#"{"required":["\u212b"]}"#,
            "required[0]: U+212B is prepared to another character",
        ),
        (
            r#"{"no_palindrome":true,"by_length":[{"up_to":11,"no_palindrome":false}]}"#,
            "by_length[0].no_palindrome: can be true only",
        ),
        (r#"{"by_length":[]}"#, "has to have an item"),
        (
            r#"{"forbidden_numbers":{"from":9,"to":8}}"#,
            "from 9 is over to 8",
        ),
        (r#"{"context":{"match":{}}}"#, "has to name a kind of words"),
        (
            r#"{"context":{"words":["acme"],"match":{"email":"equal"}}}"#,
            "match leaves out service",
        ),
        (r#"{"context":{"edits":3}}"#, "over the limit of 2"),
    ] {
        let said = refused(json);
        assert!(said.contains(reason), "{json}: {said}");
    }
}

#[cfg(not(feature = "strength"))]
#[test]
fn without_the_estimator_no_strength_is_asked_for() {
    for (json, path) in [
        (r#"{"min_score":3}"#, "min_score: "),
        (r#"{"strength":true}"#, "strength: "),
        (
            r#"{"by_length":[{"up_to":9,"min_score":3}]}"#,
            "by_length[0].min_score: ",
        ),
    ] {
        let said = refused(json);
        let reason = "needs the strength estimator: build saltbox with its feature \"strength\"";
        assert!(said.contains(&format!("{path}{reason}")), "{said}");
    }
}

#[test]
fn what_is_written_is_read_as_the_same() {
    let by_length = r#"{"min_length":8,"max_sequence":3,"sequence_wraps":true,
        "by_length":[{"up_to":11,"min_classes":4,"no_whitespace":true}]}"#;
    let profiles = PolicyProfile::all().iter().map(PolicyProfile::policy);
    let mut others = vec![everything(), self::policy(by_length)];
    if cfg!(feature = "strength") {
        others.push(self::policy(r#"{"strength":true,"min_score":3}"#));
    }
    for policy in profiles.chain(others) {
        let text = json::Writer::object(|json| policy.write(json));
        assert_eq!(self::policy(&text), policy, "{text}");
    }
}

#[test]
fn some_classes_may_count_and_others_not() {
    let three_of_four = policy(r#"{"min_classes":3,"classes":["symbol","lower","upper","digit"]}"#);
    assert_eq!(
        broken(&three_of_four, "漢aB"),
        [(Rule::TooFewClasses, 3, 2)]
    );
    assert_eq!(broken(&three_of_four, "漢aB1"), []);
    let text = json::Writer::object(|json| three_of_four.write(json));
    assert!(
        text.contains(r#""classes":["lower","upper","digit","symbol"]"#),
        "{text}"
    );
    assert_eq!(policy(&text), three_of_four);
}

#[test]
fn what_is_possible_is_not_refused() {
    for json in [
        r#"{"classes":["lower","upper"],"by_length":[{"up_to":11,"min_classes":2}]}"#,
        r#"{"sequence_wraps":true,"by_length":[{"up_to":11,"max_sequence":3}]}"#,
        r#"{"allowed":"a ","max_occurrences":1,"min_length":5}"#,
        r#"{"min_length":8,"by_length":[{"up_to":7,"min_length":5}]}"#,
        r#"{"max_length":3,"min_classes":2,"min_lower":2,"classes":["lower","upper"]}"#,
        r#"{"max_length":2,"required":["ab","bc","ac"]}"#,
        r#"{"max_length":8,"by_length":[{"up_to":4,"min_length":5}]}"#,
    ] {
        let policy = policy(json);
        let text = json::Writer::object(|json| policy.write(json));
        assert_eq!(super::policy(&text), policy, "{text}");
    }
}
