//! Tells a story twice, to the Rust interface and to the C interface, each with
//! a store of its own that has a compare-and-swap and nothing else.

use crate::alike::{holds, without_chance};
use crate::c_host::C;
use crate::expect::{Expected, Seen};
use crate::host::{Call, Decided, Host, Rust};
use crate::present;
use crate::script::{self, Given, Now, Step, Story};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, HashMap};

const BEGIN: u64 = 1_800_000_000;

/// A code that was sent.
pub(crate) struct Issued {
    step: Option<String>,
    pub(crate) way: script::Way,
    pub(crate) code: String,
    pub(crate) lookup: String,
}

/// One of the two, and what it stores.
struct Telling {
    name: &'static str,
    host: Box<dyn Host>,
    stored: Option<String>,
    /// What was stored before each step that has a name.
    before: HashMap<String, Option<String>>,
    issued: Vec<Issued>,
    asked: Vec<String>,
}

/// What came of one call.
struct Told {
    answer: Result<Decided, i32>,
    has_won: bool,
    /// The record that it was given.
    record: Option<String>,
}

/// What all steps share, and change.
struct World {
    now: u64,
    config: Value,
    subject: Value,
}

/// Tells `story`; what was seen in it, or the step and what was wrong with it.
pub(crate) fn tell(story: &Story, given: &BTreeMap<String, Vec<Step>>) -> Result<Seen, String> {
    let mut world = World {
        now: BEGIN,
        config: config(story)?,
        subject: json!({"id": "u-1", "realm": "r", "login_id": "ada.l",
            "email": "ada@example.com", "email_verified": true,
            "phone": "+46701234567", "phone_verified": true}),
    };
    put_over(&mut world.subject, &story.subject)?;
    let mut tellings = [("Rust", None), ("C", None)].map(|(name, stored)| Telling {
        name,
        host: Box::new(Nobody),
        stored,
        before: HashMap::new(),
        issued: Vec::new(),
        asked: Vec::new(),
    });
    make_hosts(&world, &mut tellings)?;
    let mut steps = Vec::new();
    for name in &story.given {
        let given = given.get(name);
        steps.extend(given.ok_or_else(|| format!("there is no beginning {name:?}"))?);
    }
    steps.extend(&story.steps);
    let mut seen = Seen::default();
    for (at, step) in steps.into_iter().enumerate() {
        for time in 1..=step.times {
            let told = if time == 1 {
                begin(step, &mut world, &mut tellings)
            } else {
                Ok(())
            };
            let told = told.and_then(|()| take(step, &world, &mut tellings, &mut seen));
            told.map_err(|problem| {
                let name = step.name.as_deref().unwrap_or_default();
                let flow = step.flow;
                format!("step {}, {flow:?} {name:?}, time {time}: {problem}", at + 1)
            })?;
        }
    }
    Ok(seen)
}

/// Time passes, and the host learns what the step says.
fn begin(step: &Step, world: &mut World, tellings: &mut [Telling; 2]) -> Result<(), String> {
    match &step.now {
        None => {}
        Some(Now::At(now)) => world.now = *now,
        Some(Now::After(seconds)) => {
            let by = seconds.parse::<i64>();
            let by = by.map_err(|_| format!("{seconds:?} is not \"+seconds\""))?;
            let now = world.now.checked_add_signed(by);
            world.now = now.ok_or("there is no such time")?;
        }
    }
    if !step.config.is_empty() {
        put_over(&mut world.config, &step.config)?;
        make_hosts(world, tellings)?;
    }
    put_over(&mut world.subject, &step.subject)
}

/// Makes the call of both.
fn take(
    step: &Step,
    world: &World,
    tellings: &mut [Telling; 2],
    seen: &mut Seen,
) -> Result<(), String> {
    let expected = Expected::read(&step.then)?;
    let [rust, c] = tellings;
    let (rust, c) = (rust.take(step, world)?, c.take(step, world)?);
    let alike = |told: &Told| {
        let answer = told.answer.as_ref();
        format!("{:?}", (answer.map(without_chance), told.has_won))
    };
    if alike(&rust) != alike(&c) {
        return Err(format!(
            "the interfaces differ:\n  Rust {}\n  C    {}",
            alike(&rust),
            alike(&c)
        ));
    }
    for told in [&rust, &c] {
        if let Ok(decided) = &told.answer {
            holds(decided, step, told.record.as_deref())?;
        }
        expected.holds(told.answer.as_ref(), told.has_won)?;
    }
    seen.note(rust.answer.as_ref());
    Ok(())
}

impl Telling {
    fn take(&mut self, step: &Step, world: &World) -> Result<Told, String> {
        for (from, to) in &step.edit {
            let stored = self.stored.take().unwrap_or_default();
            let edited = stored.replace(from, to);
            if edited == stored {
                return Err(format!("the record has no {from:?}: {stored}"));
            }
            self.stored = Some(edited);
        }
        if let Some(name) = &step.name {
            self.before.insert(name.clone(), self.stored.clone());
        }
        let read = match &step.reads {
            None => self.stored.clone(),
            Some(name) => {
                let before = self.before.get(name).cloned();
                before.ok_or_else(|| format!("there is no step {name:?} before"))?
            }
        };
        let record = given(step.record, read.as_deref())?;
        let answer = self.host.call(&self.call(step, world, record.clone())?);
        let is_stored = step.record == Given::Stored && !step.dies;
        let has_won = self.stored == read;
        if let Ok(decided) = &answer {
            if let (true, true, Some(record)) = (is_stored, has_won, &decided.record) {
                self.stored = Some(record.clone());
            }
            if let (Some(code), Some(lookup)) = (&decided.code, &decided.lookup) {
                self.issued.push(Issued {
                    step: step.name.clone(),
                    way: step.way,
                    code: code.clone(),
                    lookup: lookup.clone(),
                });
            }
            if !decided.questions.is_empty() {
                let ids = decided.questions.iter().map(|(id, _)| id.clone());
                self.asked = ids.collect();
            }
        }
        Ok(Told {
            answer,
            has_won,
            record,
        })
    }

    fn call(&self, step: &Step, world: &World, record: Option<String>) -> Result<Call, String> {
        let mut subject = world.subject.clone();
        for key in &step.subject_without {
            let members = subject.as_object_mut().ok_or("no object")?;
            members
                .remove(key)
                .ok_or_else(|| format!("no member {key}"))?;
        }
        let request = serde_json::to_string(&step.request).map_err(|error| error.to_string())?;
        let bytes = |password: &Option<script::Password>| {
            password
                .as_ref()
                .map(script::Password::bytes)
                .unwrap_or_default()
        };
        let issued = match &step.issued {
            None => self.issued.last(),
            Some(name) => {
                let mut of_step = self.issued.iter().rev();
                let found = of_step.find(|issued| issued.step.as_ref() == Some(name));
                Some(found.ok_or_else(|| format!("{name:?} has issued no code"))?)
            }
        };
        let is_asked = |id: &str| !step.only_asked || self.asked.iter().any(|asked| asked == id);
        let answers = step.answers.iter().filter(|(id, _)| is_asked(id));
        Ok(Call {
            flow: step.flow,
            record,
            subject: step.subject_text.clone().unwrap_or(subject.to_string()),
            request: step.request_text.clone().unwrap_or(request),
            password: bytes(&step.password),
            old_password: bytes(&step.old_password),
            stored: step.stored.clone().unwrap_or_default(),
            way: present::way(step.way),
            channel: present::channel(step.channel),
            codes: present::codes(step.code, issued)?,
            answers: answers
                .chain(&step.answered_again)
                .map(|(id, answer)| (id.clone(), answer.clone()))
                .collect(),
            now: world.now,
        })
    }
}

/// The record that the step says, made of the one that is stored.
fn given(given: Given, stored: Option<&str>) -> Result<Option<String>, String> {
    let stored = || stored.ok_or("nothing is stored");
    let replaced = |from: &str, to: &str| {
        let record = stored()?;
        let other = record.replacen(from, to, 1);
        if other == record {
            return Err(format!("no {from} in {record}"));
        }
        Ok(Some(other))
    };
    match given {
        Given::Stored => Ok(stored().ok().map(str::to_owned)),
        Given::None => Ok(None),
        Given::Corrupt => {
            let record = stored()?;
            Ok(record.get(..record.len() / 2).map(str::to_owned))
        }
        Given::Later => replaced(r#""v":1"#, r#""v":2"#),
        Given::OfAnother => replaced(r#""id":"u-1""#, r#""id":"u-2""#),
        Given::OfAnotherRealm => replaced(r#""realm":"r""#, r#""realm":"s""#),
    }
}

/// Before there is a configuration.
struct Nobody;

impl Host for Nobody {
    fn call(&self, _: &Call) -> Result<Decided, i32> {
        Err(0)
    }
}

fn make_hosts(world: &World, [rust, c]: &mut [Telling; 2]) -> Result<(), String> {
    let config = world.config.to_string();
    rust.host = Box::new(Rust::new(&config)?);
    c.host = Box::new(C::new(&config)?);
    debug_assert_eq!((rust.name, c.name), ("Rust", "C"));
    Ok(())
}

fn config(story: &Story) -> Result<Value, String> {
    let mut config = json!({
        "hash": {"create": {"profile": "test-only"}},
        "keys": {"create_key_id": 1},
        "questions": {
            "pool": [
                {"id": "pet", "text": "What was the name of your first pet?", "kind": "pet"},
                {"id": "city", "text": "In which city were you born?", "kind": "city"},
                {"id": "day", "text": "When did your parents marry?", "kind": "date"},
                {"id": "book", "text": "Which book did you read first?"},
            ],
            "set_up": 3, "ask": 2, "required": 2, "hashing": "separate",
        },
    });
    put_over(&mut config, &story.config)?;
    for key in &story.config_without {
        let removed = config.as_object_mut().and_then(|it| it.remove(key));
        removed.ok_or_else(|| format!("the configuration has no {key}"))?;
    }
    Ok(config)
}

fn put_over(under: &mut Value, over: &toml::Table) -> Result<(), String> {
    let over = serde_json::to_value(over).map_err(|error| error.to_string())?;
    merge(under, over);
    Ok(())
}

fn merge(under: &mut Value, over: Value) {
    match (under, over) {
        (Value::Object(under), Value::Object(over)) => {
            for (key, value) in over {
                merge(under.entry(key).or_insert(Value::Object(Map::new())), value);
            }
        }
        (under, over) => *under = over,
    }
}
