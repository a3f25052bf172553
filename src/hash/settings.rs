//! The `hash` part of a configuration: what may be created, what may be
//! verified, and what a stored string may cost.

use super::interleave;
use super::pool::{MEMORY_KEYS, MemorySettings, Sizes};
use super::profile::check_floor;
use super::unknown::UnknownUsers;
use super::{
    Argon2, Kdf, Limit, Limits, Pbkdf2, Pool, Prf, Profile, SCHEMES, Scheme, Scrypt, Variant,
    Version,
};
#[cfg(feature = "imports")]
use super::{Bcrypt, Revision};
use crate::error::{Error, ErrorKind};
use crate::json::{Object, Value};

/// The most work memory that a hash takes for the sake of speed, where it could do with less.
const ROOM_FOR_SPEED: u64 = 256 << 20;

/// Settings of hashing, valid by construction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HashSettings {
    create: Kdf,
    verify: [bool; SCHEMES.len()],
    limits: Limits,
    #[cfg(feature = "imports")]
    over_72: Over72,
    memory: MemorySettings,
    unknown_users: Option<UnknownUsers>,
}

/// What to do with a password of more than the 72 bytes that bcrypt looks at,
/// where the system that made the string cut it off in silence.
#[cfg(feature = "imports")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Over72 {
    /// It matches nothing.
    #[default]
    Reject,
    /// The first 72 bytes are compared, and a rehash is asked for.
    AcceptAndRehash,
}

#[cfg(feature = "imports")]
impl Over72 {
    const ALL: [Self; 2] = [Self::Reject, Self::AcceptAndRehash];

    /// As a configuration writes it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Reject => "reject",
            Self::AcceptAndRehash => "accept_and_rehash",
        }
    }
}

impl Default for HashSettings {
    fn default() -> Self {
        Self {
            create: Profile::default().kdf(),
            verify: [true; SCHEMES.len()],
            limits: Limits::default(),
            #[cfg(feature = "imports")]
            over_72: Over72::default(),
            memory: MemorySettings::default(),
            unknown_users: None,
        }
    }
}

impl HashSettings {
    /// What new hashes are made with: the policy.
    pub(crate) const fn create(&self) -> &Kdf {
        &self.create
    }

    pub(crate) const fn limits(&self) -> &Limits {
        &self.limits
    }

    #[cfg(feature = "imports")]
    pub(crate) const fn over_72(&self) -> Over72 {
        self.over_72
    }

    /// The size of a pool of its own.
    pub(crate) fn pool_sizes(&self) -> Sizes {
        let bytes = self.create.function().memory_within(ROOM_FOR_SPEED);
        Sizes::resolve(&self.memory, bytes)
    }

    /// How much work memory a hash may take where it could do with less, for the sake of speed:
    /// the share of a slot, as long as scrypt may take so much.
    pub(crate) fn room(&self, pool: &Pool) -> u64 {
        let ceiling = self.limits.get(Limit::ScryptKib).saturating_mul(1024);
        pool.share().min(ceiling).min(ROOM_FOR_SPEED)
    }

    /// Work memory of the policy's hash in this pool, in bytes.
    pub(crate) fn create_bytes(&self, pool: &Pool) -> u64 {
        self.create.function().memory_within(self.room(pool))
    }

    /// As [`Self::create_bytes`], for as many of `most` as are computed at once in a slot's share.
    pub(crate) fn create_bytes_at_once(&self, pool: &Pool, most: usize) -> u64 {
        let one = self.create_bytes(pool);
        interleave::memory_of(self.create.function(), most, pool.share())
            .map_or(one, |all| all.max(one))
    }

    /// Refuses settings that do not go with a pool which is there already.
    pub(crate) fn check_shared(&self, sizes: &Sizes) -> Result<(), Error> {
        sizes.check_shared(&self.memory, self.create.memory_bytes())?;
        self.limits.check_room(sizes.budget_bytes)
    }

    pub(crate) fn may_verify(&self, scheme: Scheme) -> bool {
        self.verify.get(scheme as usize).copied().unwrap_or(false)
    }

    /// Makes new hashes with a named profile.
    pub(crate) fn use_profile(&mut self, profile: Profile) -> Result<(), Error> {
        self.use_kdf(profile.kdf())
    }

    /// What logins that nobody has cost, where it is not the policy's work.
    pub(crate) const fn unknown_users(&self) -> Option<&UnknownUsers> {
        self.unknown_users.as_ref()
    }

    /// The same settings for work memory of another size.
    pub(super) fn with_other_memory(&self) -> Self {
        Self {
            memory: MemorySettings::default(),
            ..self.clone()
        }
    }

    /// Makes new hashes with `kdf`, which the floor has passed.
    pub(super) fn use_kdf(&mut self, kdf: Kdf) -> Result<(), Error> {
        if !self.may_verify(kdf.scheme()) {
            let reason = "the scheme to create has to be among those to verify";
            return Err(Error::new(ErrorKind::Config, reason));
        }
        self.check_kdf(&kdf)?;
        self.create = kdf;
        Ok(())
    }

    /// Refuses what is over the limits, or does not fit in the memory.
    fn check_kdf(&self, kdf: &Kdf) -> Result<(), Error> {
        let function = kdf.function();
        function.check(&self.limits, function.tag_bytes())?;
        self.memory.check_room(kdf.memory_bytes())
    }

    /// Makes new hashes with `kdf`, whatever the floor says.
    #[cfg(test)]
    pub(crate) fn create_for_test(&mut self, kdf: Kdf) {
        self.create = kdf;
    }

    /// Reads the member `hash`; what is absent keeps its default.
    pub(crate) fn read(json: &Value<'_>) -> Result<Self, Error> {
        let mut object = json.object()?;
        let imports: &[&str] = if cfg!(feature = "imports") {
            &["over_72"]
        } else {
            &[]
        };
        let own = &["create", "verify", "limits", "unknown_users"];
        let known = [own, imports, &MEMORY_KEYS[..]];
        object.only(&known.concat())?;
        let mut settings = Self {
            memory: MemorySettings::take(&mut object)?,
            ..Self::default()
        };
        if let Some(limits) = object.take("limits") {
            settings.limits = Limits::read(limits.object()?, settings.memory.budget_bytes())?;
        }
        if let Some(verify) = object.take("verify") {
            settings.verify = read_verify(&verify)?;
        }
        #[cfg(feature = "imports")]
        if let Some(over_72) = object.take("over_72") {
            settings.over_72 = over_72.one_of(Over72::ALL, Over72::name)?;
        }
        match object.take("create") {
            Some(create) => {
                let kdf = read_create(&create)?;
                settings.use_kdf(kdf).map_err(|e| create.place(e))?;
            }
            // The default has to obey the limits and the list just as well.
            None => settings
                .use_kdf(settings.create)
                .map_err(|e| json.place(e))?,
        }
        if let Some(users) = object.take("unknown_users") {
            let users = UnknownUsers::read(&users, |kdf| settings.check_kdf(kdf))?;
            settings.unknown_users = Some(users);
        }
        Ok(settings)
    }
}

fn read_verify(json: &Value<'_>) -> Result<[bool; SCHEMES.len()], Error> {
    let mut verify = [false; SCHEMES.len()];
    for item in json.array()? {
        let name = item.string()?;
        let scheme = Scheme::named(&name)
            .ok_or_else(|| item.error(format!("unknown scheme; there are {}", names(|_| true))))?;
        if let Some(allowed) = verify.get_mut(scheme as usize) {
            *allowed = true;
        }
    }
    Ok(verify)
}

/// Reads `{"profile":name}`, or `{"scheme":name}` with that scheme's parameters.
pub(super) fn read_create(json: &Value<'_>) -> Result<Kdf, Error> {
    let mut object = json.object()?;
    object.only(&[
        "profile", "scheme", "m_kib", "t", "p", "ln", "r", "i", "cost",
    ])?;
    if let Some(profile) = object.take("profile") {
        if let Some(other) = object.first() {
            return Err(other.error("a profile brings its own scheme and parameters"));
        }
        let known = Profile::named(&profile.string()?);
        return known.map(|p| p.kdf()).ok_or_else(|| {
            let names: Vec<&str> = Profile::all().iter().map(Profile::name).collect();
            profile.error(format!("unknown profile; there are {}", names.join(", ")))
        });
    }
    let Some(scheme) = object.take("scheme") else {
        return Err(json.error("needs the key \"scheme\", or \"profile\" alone"));
    };
    let creatable = names(Scheme::may_create);
    let Some(named) = Scheme::named(&scheme.string()?) else {
        return Err(scheme.error(format!("unknown scheme; there are {creatable}")));
    };
    let kdf = match named {
        Scheme::Argon2id => {
            let [m_kib, t, p] = numbers(&mut object, ["m_kib", "t", "p"])?;
            Argon2::new(Variant::Id, Version::V0x13, m_kib, t, p).map(Kdf::Argon2)
        }
        Scheme::Scrypt => {
            let [ln, r, p] = numbers(&mut object, ["ln", "r", "p"])?;
            Scrypt::new(ln, r, p).map(Kdf::Scrypt)
        }
        Scheme::Pbkdf2Sha256 => {
            let [i] = numbers(&mut object, ["i"])?;
            Pbkdf2::new(Prf::Sha256, i).map(Kdf::Pbkdf2)
        }
        Scheme::Pbkdf2Sha512 => {
            let [i] = numbers(&mut object, ["i"])?;
            Pbkdf2::new(Prf::Sha512, i).map(Kdf::Pbkdf2)
        }
        #[cfg(feature = "imports")]
        Scheme::Bcrypt => {
            let [cost] = numbers(&mut object, ["cost"])?;
            Bcrypt::new(Revision::V2b, cost).map(Kdf::Bcrypt)
        }
        _ => {
            let reason = format!("only verified, never created; created are {creatable}");
            return Err(scheme.error(reason));
        }
    };
    let kdf = kdf.map_err(|e| json.place(e))?;
    check_floor(&kdf).map_err(|e| json.place(e))?;
    Ok(kdf)
}

/// The members `keys`, every one required and no other allowed.
fn numbers<const N: usize>(
    object: &mut Object<'_>,
    keys: [&'static str; N],
) -> Result<[u32; N], Error> {
    object.only(&keys)?;
    let mut numbers = [0; N];
    for (number, key) in numbers.iter_mut().zip(keys) {
        *number = self::number(object, key)?;
    }
    Ok(numbers)
}

fn number(object: &mut Object<'_>, key: &'static str) -> Result<u32, Error> {
    let value = object.require(key)?;
    let number = value.integer(key, 1..=u64::from(u32::MAX))?;
    u32::try_from(number).map_err(|_| value.error("has to be below 2^32"))
}

fn names(which: impl Fn(Scheme) -> bool) -> String {
    let names: Vec<&str> = Scheme::all()
        .filter(|s| which(*s))
        .map(Scheme::name)
        .collect();
    names.join(", ")
}
