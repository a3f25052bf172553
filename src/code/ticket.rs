//! The stored side of a code, and its digest.

use super::secret::LOOKUP_CHARACTERS;
use super::{Channel, CodeSettings, Purpose, Way, secret};
use crate::encoding::{hex_digits, hex_encode};
use crate::error::{Error, ErrorKind};
use crate::hash::Hasher;
use crate::json::{MAX_INTEGER, Value, Writer};
use crate::keys::{MAC_BYTES, MacKey, RootKeys};
use crate::secret::constant_time_eq;
use crate::text::fold_identifier;
use zeroize::Zeroizing;

/// What codes are made and compared with.
#[derive(Clone, Copy)]
pub(crate) struct Tools<'t> {
    pub(crate) settings: &'t CodeSettings,
    pub(crate) keys: &'t RootKeys,
    pub(crate) hasher: Hasher<'t>,
}

/// The account that has the tickets, as it is now.
#[derive(Clone, Copy, Default)]
pub(crate) struct Holder<'h> {
    pub(crate) realm: &'h str,
    pub(crate) id: &'h str,
    /// Changes with every credential change.
    pub(crate) epoch: u64,
    pub(crate) email: Option<&'h str>,
    pub(crate) phone: Option<&'h str>,
}

impl Holder<'_> {
    /// Where codes by this channel go; empty where only the host knows.
    fn address(&self, channel: Channel) -> &str {
        let address = match channel {
            Channel::Email => self.email,
            Channel::Text | Channel::Voice => self.phone,
            Channel::Postal | Channel::Administrator => None,
        };
        address.unwrap_or_default()
    }
}

/// Bytes of a fingerprint of an address: it is compared for equality, and nobody without the key can choose one.
const ADDRESS_BYTES: usize = 16;

type Address = [u8; ADDRESS_BYTES];

/// Which address it is, in the spellings that are one (UTR #36), without saying it.
fn fingerprint(key: &MacKey, holder: &Holder<'_>, channel: Channel) -> Address {
    let address = fold_identifier(holder.address(channel));
    let parts: [&[u8]; 4] = [
        b"saltbox/1/address",
        channel.name().as_bytes(),
        holder.realm.as_bytes(),
        address.as_bytes(),
    ];
    let mut fingerprint = [0; ADDRESS_BYTES];
    let mac = key.mac(&parts);
    fingerprint.copy_from_slice(mac.split_at(ADDRESS_BYTES).0);
    fingerprint
}

/// Why a ticket lives no more, but for its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    Spent,
    Superseded,
}

impl Ended {
    const ALL: [Self; 2] = [Self::Spent, Self::Superseded];

    const fn name(self) -> &'static str {
        match self {
            Self::Spent => "spent",
            Self::Superseded => "superseded",
        }
    }
}

/// What a code is for and how it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Order {
    pub(crate) purpose: Purpose,
    pub(crate) way: Way,
    pub(crate) channel: Channel,
}

/// The stored side of a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ticket {
    pub(super) order: Order,
    pub(super) realm: String,
    pub(super) lookup: String,
    /// Seconds since 1970.
    pub(super) issued: u64,
    pub(super) expires: u64,
    address: Address,
    pub(super) epoch: u64,
    /// The root key of the digest.
    key_id: u32,
    /// In hexadecimal, of a link; a stored string, of digits.
    digest: String,
    pub(super) ended: Option<Ended>,
}

/// What is sent to the user, wiped when dropped.
pub(crate) type Secret = Zeroizing<String>;

impl Ticket {
    /// A new code and its ticket.
    pub(super) fn make(
        tools: Tools<'_>,
        holder: &Holder<'_>,
        order: Order,
        now: u64,
    ) -> Result<(Self, Secret), Error> {
        let lifetime = tools.settings.lifetime_s(order.way, order.channel)?;
        let (key_id, keys) = tools.keys.new_tickets()?;
        let mut ticket = Self {
            order,
            realm: holder.realm.to_owned(),
            lookup: secret::lookup()?,
            issued: now,
            expires: now.saturating_add(lifetime).min(MAX_INTEGER),
            address: fingerprint(&keys.links, holder, order.channel),
            epoch: holder.epoch,
            key_id,
            digest: String::new(),
            ended: None,
        };
        let code = match order.way {
            Way::OneTimeCode => {
                let code = secret::digits(tools.settings.digits)?;
                let text = ticket.mac(&keys.one_time_codes, holder, code.as_bytes());
                ticket.digest = tools.hasher.hash(text.as_slice())?.as_str().to_owned();
                code
            }
            Way::EmailLink | Way::ResetLink => {
                let verifier = secret::verifier()?;
                let text = ticket.mac(&keys.links, holder, verifier.as_bytes());
                ticket.digest = String::from_utf8_lossy(text.as_slice()).into_owned();
                let mut code = Zeroizing::new(String::with_capacity(
                    LOOKUP_CHARACTERS + 1 + verifier.len(),
                ));
                code.push_str(&ticket.lookup);
                code.push('.');
                code.push_str(&verifier);
                code
            }
        };
        Ok((ticket, code))
    }

    /// Whether `code` is the one of this ticket, whatever became of that.
    pub(super) fn compare(
        &self,
        tools: Tools<'_>,
        holder: &Holder<'_>,
        code: &[u8],
    ) -> Result<bool, Error> {
        let keys = tools.keys.tickets(self.key_id)?;
        match self.order.way {
            Way::OneTimeCode => {
                let text = self.mac(&keys.one_time_codes, holder, code);
                let verdict = tools
                    .hasher
                    .verify(self.digest.as_bytes(), text.as_slice())?;
                Ok(verdict.is_accepted())
            }
            Way::EmailLink | Way::ResetLink => {
                let text = self.mac(&keys.links, holder, code);
                Ok(constant_time_eq(text.as_slice(), self.digest.as_bytes()))
            }
        }
    }

    /// The work of [`Self::compare`] where there is no ticket.
    pub(super) fn compare_nothing(tools: Tools<'_>, way: Way, code: &[u8]) -> Result<(), Error> {
        let (key_id, keys) = tools.keys.new_tickets()?;
        let order = Order {
            purpose: Purpose::Reset,
            way,
            channel: Channel::Email,
        };
        let nothing = Self {
            order,
            realm: String::new(),
            lookup: String::new(),
            issued: 0,
            expires: 0,
            address: [0; ADDRESS_BYTES],
            epoch: 0,
            key_id,
            digest: String::new(),
            ended: None,
        };
        std::hint::black_box(nothing.has_address_of(tools, &Holder::default())?);
        match way {
            Way::OneTimeCode => {
                let text = nothing.mac(&keys.one_time_codes, &Holder::default(), code);
                // An empty stored string is no user: the work of the policy.
                let _ = tools.hasher.verify(&[], text.as_slice())?;
            }
            Way::EmailLink | Way::ResetLink => {
                std::hint::black_box(nothing.compare(tools, &Holder::default(), code)?);
            }
        }
        Ok(())
    }

    /// Whether codes by its channel would go to the same address now.
    pub(super) fn has_address_of(
        &self,
        tools: Tools<'_>,
        holder: &Holder<'_>,
    ) -> Result<bool, Error> {
        let keys = tools.keys.tickets(self.key_id)?;
        let now = fingerprint(&keys.links, holder, self.order.channel);
        Ok(constant_time_eq(&now, &self.address))
    }

    /// The MAC of the code and of everything that the ticket says, in hexadecimal.
    fn mac(
        &self,
        key: &MacKey,
        holder: &Holder<'_>,
        code: &[u8],
    ) -> Zeroizing<[u8; 2 * MAC_BYTES]> {
        let (issued, expires) = (self.issued.to_be_bytes(), self.expires.to_be_bytes());
        let parts: [&[u8]; 12] = [
            b"saltbox/1/code",
            self.order.purpose.name().as_bytes(),
            self.order.way.name().as_bytes(),
            self.order.channel.name().as_bytes(),
            self.realm.as_bytes(),
            holder.id.as_bytes(),
            self.lookup.as_bytes(),
            &self.address,
            &self.epoch.to_be_bytes(),
            &issued,
            &expires,
            code,
        ];
        let mac = Zeroizing::new(key.mac(&parts));
        let mut text = Zeroizing::new([0; 2 * MAC_BYTES]);
        // The buffer is as long as the text.
        let _ = hex_digits(mac.as_slice(), text.as_mut_slice());
        text
    }

    /// Reads a ticket; every error names the member.
    pub(super) fn read(json: &Value<'_>) -> Result<Self, Error> {
        let mut object = json.object()?;
        object.only_of_this_release(&[
            "purpose", "way", "channel", "realm", "lookup", "issued", "expires", "address",
            "epoch", "key", "ended", "digest",
        ])?;
        let mut take = |key| object.require(key);
        let order = Order {
            purpose: named(&take("purpose")?, Purpose::ALL, Purpose::name)?,
            way: named(&take("way")?, Way::ALL, Way::name)?,
            channel: named(&take("channel")?, Channel::ALL, Channel::name)?,
        };
        let (realm, lookup) = (take("realm")?.string()?, take("lookup")?);
        let mut number = |key, most| take(key)?.integer(key, 0..=most);
        let (issued, expires) = (
            number("issued", MAX_INTEGER)?,
            number("expires", MAX_INTEGER)?,
        );
        let (epoch, key) = (
            number("epoch", MAX_INTEGER)?,
            number("key", u32::MAX.into())?,
        );
        let (address, digest) = (take("address")?, take("digest")?);
        let ended = object.take("ended");
        Ok(Self {
            order,
            realm,
            lookup: text_of(&lookup, LOOKUP_CHARACTERS)?,
            issued,
            expires,
            address: read_address(&address)?,
            epoch,
            key_id: u32::try_from(key).unwrap_or(u32::MAX),
            digest: match order.way {
                Way::OneTimeCode => digest.string()?,
                Way::EmailLink | Way::ResetLink => text_of(&digest, 2 * MAC_BYTES)?,
            },
            ended: ended
                .map(|ended| named(&ended, Ended::ALL, Ended::name))
                .transpose()?,
        })
    }

    pub(super) fn write(&self, json: &mut Writer) {
        json.string("purpose", self.order.purpose.name());
        json.string("way", self.order.way.name());
        json.string("channel", self.order.channel.name());
        json.string("realm", &self.realm);
        json.string("lookup", &self.lookup);
        json.unsigned("issued", self.issued);
        json.unsigned("expires", self.expires);
        let mut address = [0; 2 * ADDRESS_BYTES];
        json.string(
            "address",
            hex_encode(&self.address, &mut address).unwrap_or_default(),
        );
        json.unsigned("epoch", self.epoch);
        json.integer("key", self.key_id);
        if let Some(ended) = self.ended {
            json.string("ended", ended.name());
        }
        json.string("digest", &self.digest);
    }
}

/// The one of `all` that `json` names.
fn named<T: Copy, const N: usize>(
    json: &Value<'_>,
    all: [T; N],
    name: impl Fn(T) -> &'static str,
) -> Result<T, Error> {
    json.named(all, name)?.ok_or_else(|| {
        json.error("not a name that this release knows")
            .of_kind(ErrorKind::LaterRelease)
    })
}

/// A string of `count` characters of ASCII.
fn text_of(json: &Value<'_>, count: usize) -> Result<String, Error> {
    let text = json.string()?;
    if text.len() != count || !text.is_ascii() {
        return Err(json.error(format!("has to be {count} characters")));
    }
    Ok(text)
}

fn read_address(json: &Value<'_>) -> Result<Address, Error> {
    let text = text_of(json, 2 * ADDRESS_BYTES)?;
    let mut address = [0; ADDRESS_BYTES];
    let (pairs, _) = text.as_bytes().as_chunks::<2>();
    for (byte, pair) in address.iter_mut().zip(pairs) {
        // One spelling, so that what is read is what is written.
        let digits = pair.map(|digit| match digit {
            b'A'..=b'F' => None,
            _ => char::from(digit).to_digit(16),
        });
        let [Some(high), Some(low)] = digits else {
            return Err(json.error("has to be hexadecimal digits"));
        };
        *byte = u8::try_from(high << 4 | low).unwrap_or(0);
    }
    Ok(address)
}
