//! Auth0: the options of a database connection, the five levels and the
//! flexible `password_options` that take their place.
//!
//! The second are written. What the levels ask for and what the classes hold
//! is in auth0/password-sheriff: letters and digits of ASCII, and OWASP's
//! special characters. How many neighbours make a sequence is not documented.
//! Its dictionaries are other lists of common passwords than the one inside.

use super::ascii::{DIGITS, LOWER, SPECIAL, UPPER};
use super::members::{LEAST, Member, Way};
use super::read::{Import, number_from, one_of};
use super::table::{Amount, Format, HISTORY, Kind, Map, Own, Row, row, switched};
use super::write::{Export, Written};
use crate::error::Error;
use crate::json::Value;
use crate::policy::WordKind;

pub(super) static FORMAT: Format = Format {
    nests: &["options"],
    nest: "",
    constants: &[],
    parts: false,
    least: LEAST,
    rows: &ROWS,
};

static ROWS: [Row; 20] = [
    row("passwordPolicy", own(take_level, give_nothing)),
    row(
        "password_complexity_options.min_length",
        own(take_least, give_nothing),
    ),
    row(
        "password_history.enable",
        own(take_remembering, give_nothing),
    ),
    row(SIZE, own(take_size, give_nothing)),
    row(
        "password_dictionary.enable",
        own(take_dictionary, give_nothing),
    ),
    switched(
        "password_dictionary.dictionary",
        "password_dictionary.enable",
        Kind::List,
        OWN_WORDS,
    ),
    row(
        "password_no_personal_info.enable",
        own(take_no_personal_info, give_nothing),
    ),
    row(
        "password_options.complexity.min_length",
        Map::Number("min_length", 1, 72),
    ),
    row(TYPES, own(take_types, give_types)),
    row(RULE, own(take_rule, give_nothing)),
    row(
        "password_options.complexity.identical_characters",
        Map::Switch("max_repeated", ["allow", "block"], 2),
    ),
    row(
        "password_options.complexity.sequential_characters",
        own(take_sequential, give_sequential),
    ),
    row(
        "password_options.complexity.max_length_exceeded",
        own(take_exceeded, give_exceeded),
    ),
    row(
        "password_options.dictionary.active",
        own(take_active, give_active),
    ),
    row(DICTIONARY, own(take_default, give_nothing)),
    switched(
        "password_options.dictionary.custom",
        "password_options.dictionary.active",
        Kind::List,
        OWN_WORDS,
    ),
    row(REMEMBERED.switch, Map::On("password_options.history.size")),
    row("password_options.history.size", Map::Amount(REMEMBERED)),
    row(PROFILE, own(take_profile, give_profile)),
    row(FIELDS, own(take_fields, give_nothing)),
];

const SIZE: &str = "password_history.size";
const REMEMBERED: Amount = Amount {
    switch: "password_options.history.active",
    last: 24,
    ..HISTORY
};

const TYPES: &str = "password_options.complexity.character_types";
const RULE: &str = "password_options.complexity.character_type_rule";
const PROFILE: &str = "password_options.profile_data.active";
const FIELDS: &str = "password_options.profile_data.blocked_fields";

const DICTIONARY: &str = "password_options.dictionary.default";
/// The larger one is written: it lets less through.
const LARGER: &str = "en_100k";

const OWN_WORDS: &str =
    "are words of your own: give them as context.words, with context.match.service";
const REPLACED: &str = "password_options hold in its place";
const NEARLY: &str = "taken, but here the classes are those of Unicode, there those of ASCII";
const AS_WORDS: &str =
    "taken as context.match: give what is known of the user as login_id, email and words";

/// Characters of a type, its name there, that of the class here, and the member that counts it.
const CLASSES: [(&str, &str, &str, &str); 4] = [
    (LOWER, "lowercase", "lower", "min_lower"),
    (UPPER, "uppercase", "upper", "min_upper"),
    (DIGITS, "number", "digit", "min_digits"),
    (SPECIAL, "special", "symbol", "min_symbols"),
];

/// What a level asks for.
struct Level {
    name: &'static str,
    least: u32,
    required: &'static [&'static str],
    three_of_four: bool,
    /// How often one character may stand in a row.
    repeated: Option<u32>,
}

const NO_LEVEL: Level = Level {
    name: "none",
    least: 1,
    required: &[],
    three_of_four: false,
    repeated: None,
};

const LEVELS: [Level; 5] = [
    NO_LEVEL,
    Level {
        name: "low",
        least: 6,
        ..NO_LEVEL
    },
    Level {
        name: "fair",
        least: 8,
        required: &[LOWER, UPPER, DIGITS],
        ..NO_LEVEL
    },
    Level {
        name: "good",
        least: 8,
        three_of_four: true,
        ..NO_LEVEL
    },
    Level {
        name: "excellent",
        least: 10,
        three_of_four: true,
        repeated: Some(2),
        ..NO_LEVEL
    },
];

const fn own(
    take: fn(&mut Import<'_>, &Value<'_>) -> Result<(), Error>,
    give: fn(&mut Export, &'static str),
) -> Map {
    Map::Own(Own { take, give })
}

fn give_nothing(_: &mut Export, _: &'static str) {}

/// Whether the levels do not count, because the flexible options do.
fn is_replaced(import: &mut Import<'_>, value: &Value<'_>) -> bool {
    let is_replaced = import.has("password_options.");
    if is_replaced {
        import.list(value, REPLACED);
    }
    is_replaced
}

fn take_level(import: &mut Import<'_>, value: &Value<'_>) -> Result<(), Error> {
    let level = LEVELS.get(one_of(value, &LEVELS.map(|level| level.name))?);
    let Some(level) = level.filter(|_| !is_replaced(import, value)) else {
        return Ok(());
    };
    import
        .members
        .set("min_length", Member::Number(level.least));
    for set in level.required {
        import.members.require(set);
    }
    if level.three_of_four {
        three_of_four(import, value);
    }
    if let Some(most) = level.repeated {
        import.members.set("max_repeated", Member::Number(most));
    }
    Ok(())
}

fn three_of_four(import: &mut Import<'_>, value: &Value<'_>) {
    let classes = CLASSES.map(|(_, _, class, _)| class.to_owned());
    import.members.set("min_classes", Member::Number(3));
    import
        .members
        .set("classes", Member::Texts(classes.to_vec()));
    import.list(value, NEARLY);
}

/// In place of the length of the level.
fn take_least(import: &mut Import<'_>, value: &Value<'_>) -> Result<(), Error> {
    let least = number_from(value, "min_length", 1, 128)?;
    if let Some(least) = least
        && !is_replaced(import, value)
    {
        import.members.set("min_length", Member::Number(least));
    }
    Ok(())
}

fn take_dictionary(import: &mut Import<'_>, value: &Value<'_>) -> Result<(), Error> {
    if value.boolean()? && !is_replaced(import, value) {
        import.look_up(value, "one of 10,000 words");
    }
    Ok(())
}

/// The name of the list says the rest, where it is there.
fn take_active(import: &mut Import<'_>, value: &Value<'_>) -> Result<(), Error> {
    if value.boolean()? && import.value(DICTIONARY).is_none() {
        import.look_up(value, "one of 10,000 words");
    }
    Ok(())
}

/// Goes with `active`: without it, it is one.
fn take_default(import: &mut Import<'_>, value: &Value<'_>) -> Result<(), Error> {
    let name = value.string()?;
    let active = import.value("password_options.dictionary.active");
    let is_off = matches!(active.map(Value::boolean), Some(Ok(false)));
    if !is_off && !name.is_empty() {
        import.look_up(value, &name);
    }
    Ok(())
}

fn give_active(export: &mut Export, path: &'static str) {
    let is_on = export.looks_up(LARGER);
    export.say(path, Written::Flag(is_on));
    if is_on {
        export.say(DICTIONARY, Written::Text(LARGER.to_owned()));
    }
}

fn take_remembering(import: &mut Import<'_>, value: &Value<'_>) -> Result<(), Error> {
    let is_on = value.boolean()? && !is_replaced(import, value);
    if is_on && import.number(SIZE, 1, 24)?.is_none() {
        import.list(value, format!("comes without {SIZE}, so it is off"));
    }
    Ok(())
}

fn take_size(import: &mut Import<'_>, value: &Value<'_>) -> Result<(), Error> {
    let amount = Amount {
        switch: "password_history.enable",
        ..REMEMBERED
    };
    if import.has("password_options.") {
        // Listed where it is switched on.
        return number_from(value, SIZE, 1, amount.last).map(drop);
    }
    import.take_amount(value, SIZE, &amount)
}

fn take_no_personal_info(import: &mut Import<'_>, value: &Value<'_>) -> Result<(), Error> {
    if value.boolean()? && !is_replaced(import, value) {
        for kind in [WordKind::LoginId, WordKind::Email, WordKind::User] {
            import.look_for(kind, Way::Contained);
        }
        import.list(value, AS_WORDS);
    }
    Ok(())
}

fn take_types(import: &mut Import<'_>, value: &Value<'_>) -> Result<(), Error> {
    let names = CLASSES.map(|(_, name, ..)| name);
    let mut found = [false; 4];
    for item in value.array()? {
        if let Some(is_found) = found.get_mut(one_of(&item, &names)?) {
            *is_found = true;
        }
    }
    let rule = import.value(RULE).cloned();
    if let Some(rule) = rule
        && is_three(&rule)?
    {
        if found.contains(&false) {
            return Err(value.error("has to have all four types for three_of_four"));
        }
        three_of_four(import, &rule);
        return Ok(());
    }
    for ((set, ..), is_found) in CLASSES.iter().zip(found) {
        if is_found {
            import.members.require(set);
        }
    }
    Ok(())
}

fn is_three(rule: &Value<'_>) -> Result<bool, Error> {
    Ok(one_of(rule, &["all", "three_of_four"])? == 1)
}

/// Goes with the types, which read it.
fn take_rule(import: &mut Import<'_>, value: &Value<'_>) -> Result<(), Error> {
    if is_three(value)? && import.value(TYPES).is_none() {
        return Err(value.error("goes with all four character_types"));
    }
    Ok(())
}

/// All types that are asked for; or three of four, where classes are counted.
fn give_types(export: &mut Export, path: &'static str) {
    const KEY: &str = "min_classes";
    let mut asked = CLASSES.map(|(set, _, _, member)| export.asks_for(set, member));
    let mut is_three = false;
    if let Some(count) = export.members.number(KEY) {
        let names = match export.members.get("classes") {
            Some(Member::Texts(names)) => names.clone(),
            _ => ["lower", "upper", "digit", "symbol", "letter"]
                .map(str::to_owned)
                .to_vec(),
        };
        let has = |class: &str| names.iter().any(|name| name == class);
        let has_four = CLASSES.iter().all(|(_, _, class, _)| has(class));
        let is_every = usize::try_from(count).is_ok_and(|count| count == names.len());
        let is_said = if has_four && count <= 3 && !asked.contains(&true) {
            (is_three, asked) = (true, [true; 4]);
            true
        } else if !has("letter") && is_every || has_four && count <= 4 {
            for ((_, _, class, _), is_asked) in CLASSES.iter().zip(&mut asked) {
                *is_asked |= has(class);
            }
            true
        } else {
            false
        };
        if is_said {
            export.members.take(KEY);
            export.members.take("classes");
            export.list(
                KEY,
                "narrowed: to types of ASCII, all that are named or three of four",
            );
        }
    }
    let names = CLASSES.iter().zip(asked);
    let names = names.filter_map(|((_, name, ..), is_asked)| is_asked.then_some(*name));
    export.say(path, Written::Texts(names.collect()));
    let rule = if is_three { "three_of_four" } else { "all" };
    export.say(RULE, Written::Text(rule.to_owned()));
}

const SEQUENCE: &str = "max_sequence";

fn take_sequential(import: &mut Import<'_>, value: &Value<'_>) -> Result<(), Error> {
    if one_of(value, &["allow", "block"])? == 1 {
        import.members.set(SEQUENCE, Member::Number(2));
        import.list(
            value,
            "taken as max_sequence 2, which looks at no case; there the number is not documented",
        );
    }
    Ok(())
}

fn give_sequential(export: &mut Export, path: &'static str) {
    let is_on = export.members.take_number(SEQUENCE).is_some();
    if is_on {
        export.list(
            SEQUENCE,
            "is on or off there, without a number, and looks at the case",
        );
    }
    let state = if is_on { "block" } else { "allow" };
    export.say(path, Written::Text(state.to_owned()));
}

/// As many bytes as bcrypt looks at.
const MOST_BYTES: u32 = 72;

fn take_exceeded(import: &mut Import<'_>, value: &Value<'_>) -> Result<(), Error> {
    if one_of(value, &["truncate", "error"])? == 1 {
        import.members.set("max_bytes", Member::Number(MOST_BYTES));
    } else {
        import.list(value, "cuts passwords there; here they are taken whole");
    }
    Ok(())
}

fn give_exceeded(export: &mut Export, path: &'static str) {
    if export.members.take_number("max_bytes") != Some(MOST_BYTES) {
        export.list("max_bytes", format!("is {MOST_BYTES} there"));
    }
    export.say(path, Written::Text("error".to_owned()));
}

/// A field of the profile as a kind of word.
fn kind_of(field: &str) -> WordKind {
    match field {
        "username" => WordKind::LoginId,
        "email" => WordKind::Email,
        _ => WordKind::User,
    }
}

fn take_profile(import: &mut Import<'_>, value: &Value<'_>) -> Result<(), Error> {
    if !value.boolean()? {
        return Ok(());
    }
    let fields = match import.value(FIELDS) {
        Some(fields) => fields.array()?,
        None => Vec::new(),
    };
    let mut kinds = Vec::new();
    for field in &fields {
        kinds.push(kind_of(&field.string()?));
    }
    for kind in kinds {
        import.look_for(kind, Way::Contained);
    }
    import.list(value, AS_WORDS);
    Ok(())
}

/// Goes with `active`, which reads it.
fn take_fields(import: &mut Import<'_>, value: &Value<'_>) -> Result<(), Error> {
    for field in value.array()? {
        field.string()?;
    }
    let active = import.value(PROFILE).map(Value::boolean);
    if matches!(active, Some(Ok(true))) {
        import.list(value, AS_WORDS);
    }
    Ok(())
}

fn give_profile(export: &mut Export, path: &'static str) {
    let mut fields = Vec::new();
    for (kind, names) in [
        (WordKind::LoginId, &["username"][..]),
        (WordKind::Email, &["email"]),
        (
            WordKind::User,
            &["name", "given_name", "family_name", "nickname"],
        ),
    ] {
        if export.words.take(kind).is_some() {
            fields.extend(names);
            export.list(
                format!("context.match.{}", kind.name()),
                format!("is {} there, \"contained\"", names.join(", ")),
            );
        }
    }
    export.say(path, Written::Flag(!fields.is_empty()));
    export.say(FIELDS, Written::Texts(fields));
}
