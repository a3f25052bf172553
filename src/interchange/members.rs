//! The members of `policy` and `account`, as a configuration writes them.

use crate::account::{AccountSettings, LockSettings};
use crate::error::Error;
use crate::json::{self, Value, Writer};
use crate::policy::WordKind;

/// What a member is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Number,
    Flag,
    Text,
    Texts,
    Words,
    Lists,
    Choice,
    Lock,
}

/// What stands before the members of `account` here; those of `policy` have nothing before them.
pub(super) const ACCOUNT: &str = "account.";

const LOCK: &str = "account.lock";

/// Every member that some other system has a counterpart of, and those that
/// could be said in another way; what is not here is listed as it stands.
const MEMBERS: [(&str, Shape); 42] = [
    ("min_length", Shape::Number),
    ("max_length", Shape::Number),
    ("max_bytes", Shape::Number),
    ("min_lower", Shape::Number),
    ("min_upper", Shape::Number),
    ("min_digits", Shape::Number),
    ("min_symbols", Shape::Number),
    ("min_letters", Shape::Number),
    ("min_classes", Shape::Number),
    ("classes", Shape::Texts),
    ("min_distinct", Shape::Number),
    ("min_visible", Shape::Number),
    ("required", Shape::Texts),
    ("allowed", Shape::Text),
    ("disallowed", Shape::Text),
    ("no_whitespace", Shape::Flag),
    ("no_edge_whitespace", Shape::Flag),
    ("no_control", Shape::Flag),
    ("no_invisible", Shape::Flag),
    ("no_unassigned", Shape::Flag),
    ("no_only_digits", Shape::Flag),
    ("max_repeated", Shape::Number),
    ("max_class_run", Shape::Number),
    ("max_sequence", Shape::Number),
    ("sequence_wraps", Shape::Flag),
    ("max_keyboard_walk", Shape::Number),
    ("max_occurrences", Shape::Number),
    ("no_palindrome", Shape::Flag),
    ("context", Shape::Words),
    ("min_points", Shape::Number),
    ("min_changes", Shape::Number),
    ("min_score", Shape::Number),
    ("blocklist", Shape::Lists),
    (LOCK, Shape::Lock),
    ("account.history", Shape::Number),
    ("account.max_age_days", Shape::Number),
    ("account.temporary_s", Shape::Number),
    ("account.auth_age_s", Shape::Number),
    ("account.reset_unlocks", Shape::Choice),
    ("account.mask", Shape::Choice),
    ("account.suppress_mail", Shape::Choice),
    ("account.reset_signs_in", Shape::Choice),
];

/// Refuses nothing, so there is nothing to say of it elsewhere.
const ESTIMATE: &str = "strength";

/// The value of a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Member {
    Number(u32),
    Flag,
    Text(String),
    Texts(Vec<String>),
    Words(Words),
    Lists(Lists),
    /// On or off, and which is not for all of them what holds where nothing is said.
    Choice(bool),
    Lock(LockSettings),
    /// One that nothing here looks into.
    Opaque,
}

/// Members, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Members(Vec<(String, Member)>);

impl Members {
    /// Reads a policy that has no profile any more.
    pub(super) fn read(json: &Value<'_>) -> Result<Self, Error> {
        let mut members = Self::default();
        members.add(json, "")?;
        Ok(members)
    }

    /// Adds what an `account` says that has every member.
    pub(super) fn add_account(&mut self, json: &Value<'_>) -> Result<(), Error> {
        self.add(json, ACCOUNT)
    }

    fn add(&mut self, json: &Value<'_>, before: &str) -> Result<(), Error> {
        let all = json.object()?.into_members().into_iter();
        for (key, value) in all.filter(|(key, _)| key != ESTIMATE) {
            let key = format!("{before}{key}");
            let shape = MEMBERS.iter().find(|(name, _)| *name == key);
            let member = match shape.map(|(_, shape)| *shape) {
                Some(Shape::Number) => Member::Number(number(&value)?),
                Some(Shape::Flag) if value.boolean()? => Member::Flag,
                Some(Shape::Flag) => continue,
                Some(Shape::Text) => Member::Text(value.string()?),
                Some(Shape::Texts) => Member::Texts(texts(&value)?),
                Some(Shape::Words) => Member::Words(Words::read(&value)?),
                Some(Shape::Lists) => Member::Lists(Lists::read(&value)?),
                Some(Shape::Choice) => Member::Choice(value.boolean()?),
                Some(Shape::Lock) => Member::Lock(LockSettings::read(&value)?),
                None => Member::Opaque,
            };
            self.0.push((key, member));
        }
        Ok(())
    }

    /// The policy, in the order of the table, whatever came first.
    pub(super) fn write(&self, json: &mut Writer) {
        self.write_those(json, |key| (!key.starts_with(ACCOUNT)).then_some(key));
    }

    /// What is said of accounts.
    pub(super) fn write_account(&self, json: &mut Writer) {
        self.write_those(json, |key| key.strip_prefix(ACCOUNT));
    }

    fn write_those(&self, json: &mut Writer, name: fn(&'static str) -> Option<&'static str>) {
        let known = MEMBERS
            .iter()
            .filter_map(|(key, _)| Some((name(key)?, self.get(key)?)));
        for (key, member) in known {
            match member {
                Member::Number(number) => json.integer(key, *number),
                Member::Flag => json.boolean(key, true),
                Member::Text(text) => json.string(key, text),
                Member::Texts(texts) => json.strings(key, texts.iter().map(|text| &**text)),
                Member::Words(words) => json.nested(key, |json| words.write(json)),
                Member::Lists(lists) => json.nested(key, |json| lists.write(json)),
                Member::Choice(choice) => json.boolean(key, *choice),
                Member::Lock(lock) => json.nested(key, |json| lock.write(json)),
                Member::Opaque => {}
            }
        }
    }

    /// Whether anything is said of accounts.
    pub(super) fn say_account(&self) -> bool {
        self.0.iter().any(|(key, _)| key.starts_with(ACCOUNT))
    }

    /// What holds of accounts where nothing is configured.
    pub(super) fn default_account() -> Result<Self, Error> {
        let text = Writer::object(|json| AccountSettings::DEFAULT.write(json));
        let mut members = Self::default();
        members.add_account(&json::parse(text.as_bytes())?)?;
        Ok(members)
    }

    /// Leaves out what is said of accounts and would hold without a word.
    pub(super) fn drop_defaults(&mut self) {
        if let Ok(defaults) = Self::default_account() {
            self.0
                .retain(|(key, member)| defaults.get(key) != Some(member));
        }
    }

    #[inline(never)]
    pub(super) fn get(&self, key: &str) -> Option<&Member> {
        let found = self.0.iter().find(|(name, _)| name == key);
        found.map(|(_, member)| member)
    }

    #[inline(never)]
    pub(super) fn number(&self, key: &str) -> Option<u32> {
        match self.get(key) {
            Some(Member::Number(number)) => Some(*number),
            _ => None,
        }
    }

    /// Sets a member, in place of what it was.
    #[inline(never)]
    pub(super) fn set(&mut self, key: &str, member: Member) {
        match self.0.iter_mut().find(|(name, _)| name == key) {
            Some((_, old)) => *old = member,
            None => self.0.push((key.to_owned(), member)),
        }
    }

    #[inline(never)]
    pub(super) fn take(&mut self, key: &str) -> Option<Member> {
        let at = self.0.iter().position(|(name, _)| name == key)?;
        Some(self.0.remove(at).1)
    }

    #[inline(never)]
    pub(super) fn take_number(&mut self, key: &str) -> Option<u32> {
        self.number(key).inspect(|_| drop(self.take(key)))
    }

    #[inline(never)]
    pub(super) fn take_flag(&mut self, key: &str) -> bool {
        self.take(key).is_some()
    }

    #[inline(never)]
    pub(super) fn take_text(&mut self, key: &str) -> Option<String> {
        match self.take(key) {
            Some(Member::Text(text)) => Some(text),
            _ => None,
        }
    }

    #[inline(never)]
    pub(super) fn take_choice(&mut self, key: &str) -> Option<bool> {
        match self.take(key) {
            Some(Member::Choice(choice)) => Some(choice),
            _ => None,
        }
    }

    pub(super) fn lock(&self) -> Option<LockSettings> {
        match self.get(LOCK) {
            Some(Member::Lock(lock)) => Some(*lock),
            _ => None,
        }
    }

    pub(super) fn set_lock(&mut self, lock: LockSettings) {
        self.set(LOCK, Member::Lock(lock));
    }

    pub(super) fn take_lock(&mut self) -> Option<LockSettings> {
        self.lock().inspect(|_| drop(self.take(LOCK)))
    }

    pub(super) fn take_lists(&mut self) -> Option<Lists> {
        match self.take("blocklist") {
            Some(Member::Lists(lists)) => Some(lists),
            _ => None,
        }
    }

    #[inline(never)]
    pub(super) fn take_texts(&mut self, key: &str) -> Vec<String> {
        match self.take(key) {
            Some(Member::Texts(texts)) => texts,
            _ => Vec::new(),
        }
    }

    /// Asks for one of these characters, too.
    #[inline(never)]
    pub(super) fn require(&mut self, set: &str) {
        let mut all = self.take_texts("required");
        if !all.iter().any(|known| are_the_same(known, set)) {
            all.push(set.to_owned());
        }
        self.set("required", Member::Texts(all));
    }

    /// Takes what asks for exactly one of these characters; `false` where nothing does.
    #[inline(never)]
    pub(super) fn take_required(&mut self, set: &str) -> bool {
        let mut all = self.take_texts("required");
        let before = all.len();
        all.retain(|known| !are_the_same(known, set));
        let found = all.len() < before;
        if !all.is_empty() {
            self.set("required", Member::Texts(all));
        }
        found
    }

    /// What is known of the user or the service, as it is so far.
    #[inline(never)]
    pub(super) fn words(&self) -> Words {
        match self.get("context") {
            Some(Member::Words(words)) => words.clone(),
            _ => Words::default(),
        }
    }

    /// The names of those that are left.
    pub(super) fn into_names(self) -> impl Iterator<Item = String> {
        self.0.into_iter().map(|(name, _)| name)
    }
}

/// Whether two strings are the same set of characters.
pub(super) fn are_the_same(a: &str, b: &str) -> bool {
    a.chars().all(|c| b.contains(c)) && b.chars().all(|c| a.contains(c))
}

/// Each character once, in the order in which they stood first.
pub(super) fn without_repetition(text: &str) -> String {
    let mut seen = String::new();
    for c in text.chars() {
        if !seen.contains(c) {
            seen.push(c);
        }
    }
    seen
}

fn number(value: &Value<'_>) -> Result<u32, Error> {
    let number = value.integer("a number", 0..=u64::from(u32::MAX))?;
    Ok(u32::try_from(number).unwrap_or(u32::MAX))
}

fn texts(value: &Value<'_>) -> Result<Vec<String>, Error> {
    value.array()?.iter().map(Value::string).collect()
}

/// `blocklist`: which lists a password is looked up in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Lists {
    pub(super) inside: bool,
    pub(super) outside: bool,
}

impl Lists {
    pub(super) const INSIDE: Self = Self {
        inside: true,
        outside: false,
    };

    fn read(json: &Value<'_>) -> Result<Self, Error> {
        let (mut object, mut lists) = (json.object()?, Self::INSIDE);
        for (key, flag) in [
            ("inside", &mut lists.inside),
            ("outside", &mut lists.outside),
        ] {
            if let Some(value) = object.take(key) {
                *flag = value.boolean()?;
            }
        }
        Ok(lists)
    }

    fn write(self, json: &mut Writer) {
        json.boolean("inside", self.inside);
        if self.outside {
            json.boolean("outside", true);
        }
    }
}

/// How a word is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Way {
    /// The password must not be it.
    Equal,
    /// The password must not have it inside.
    Contained,
}

impl Way {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Equal => "equal",
            Self::Contained => "contained",
        }
    }
}

/// `context`: the words that must not be in a password, and how they are looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Words {
    words: Vec<String>,
    /// By the place in [`WordKind::ALL`]; `None` where a kind is not looked for.
    ways: [Option<Way>; 4],
    pub(super) least: u32,
    pub(super) parts: bool,
    /// Members with a bare value that no other system has a counterpart of.
    others: Vec<&'static str>,
}

/// Words of fewer characters are not looked for inside, where nothing says how many.
pub(super) const LEAST: u32 = 4;

impl Default for Words {
    fn default() -> Self {
        Self {
            words: Vec::new(),
            ways: [None; 4],
            least: LEAST,
            parts: false,
            others: Vec::new(),
        }
    }
}

impl Words {
    fn read(json: &Value<'_>) -> Result<Self, Error> {
        let mut object = json.object()?;
        let mut words = Self {
            ways: [Some(Way::Equal); 4],
            ..Self::default()
        };
        if let Some(own) = object.take("words") {
            words.words = texts(&own)?;
        }
        if let Some(way) = object.take("match") {
            words.ways = read_ways(&way)?;
        }
        if let Some(least) = object.take("least") {
            words.least = number(&least)?;
        }
        if let Some(parts) = object.take("parts") {
            words.parts = parts.boolean()?;
        }
        for key in ["reversed", "leet"] {
            if let Some(value) = object.take(key)
                && value.boolean()?
            {
                words.others.push(key);
            }
        }
        if let Some(edits) = object.take("edits")
            && number(&edits)? > 0
        {
            words.others.push("edits");
        }
        if words.words.is_empty()
            && let Some(way) = words.ways.get_mut(WordKind::Service as usize)
        {
            *way = None;
        }
        Ok(words)
    }

    fn write(&self, json: &mut Writer) {
        if !self.words.is_empty() {
            json.strings("words", self.words.iter().map(|word| &**word));
        }
        json.nested("match", |json| {
            for (kind, way) in WordKind::ALL.iter().zip(self.ways) {
                if let Some(way) = way {
                    json.string(kind.name(), way.name());
                }
            }
        });
        if self.least != LEAST {
            json.integer("least", self.least);
        }
        if self.parts {
            json.boolean("parts", true);
        }
    }

    /// How words of this kind are looked for.
    pub(super) fn way(&self, kind: WordKind) -> Option<Way> {
        self.ways.get(kind as usize).copied().flatten()
    }

    /// Does not look for words of this kind any more.
    pub(super) fn take(&mut self, kind: WordKind) -> Option<Way> {
        self.ways.get_mut(kind as usize).and_then(Option::take)
    }

    /// Looks for this kind of words in this way at least.
    pub(super) fn look_for(&mut self, kind: WordKind, way: Way) {
        if let Some(known) = self.ways.get_mut(kind as usize) {
            *known = (*known).max(Some(way));
        }
    }

    pub(super) fn has(&self, way: Way) -> bool {
        self.ways.contains(&Some(way))
    }

    /// Everything that is on beside how kinds are looked for.
    pub(super) fn others(&self) -> &[&'static str] {
        &self.others
    }
}

fn read_ways(json: &Value<'_>) -> Result<[Option<Way>; 4], Error> {
    let way = |value: &Value<'_>| match &*value.string()? {
        "equal" => Ok(Way::Equal),
        "contained" => Ok(Way::Contained),
        _ => Err(value.error("is \"equal\" or \"contained\"")),
    };
    if json.is_string() {
        return Ok([Some(way(json)?); 4]);
    }
    let mut object = json.object()?;
    let mut ways = [None; 4];
    for (kind, found) in WordKind::ALL.iter().zip(&mut ways) {
        if let Some(value) = object.take(kind.name()) {
            *found = Some(way(&value)?);
        }
    }
    Ok(ways)
}
