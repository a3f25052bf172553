//! yescrypt and gost-yescrypt; what their strings say stands beside the function, which writes part of it again.

use super::{FoundTag, Parts, TagPlace, begins};
use crate::encoding::Alphabet;
use crate::error::Error;
use crate::hash::grammar::Reader;
use crate::hash::{Kdf, yescrypt};

pub(in crate::hash) fn is_yescrypt(text: &[u8]) -> bool {
    begins(text, &["$y$"])
}

pub(in crate::hash) fn is_gost(text: &[u8]) -> bool {
    begins(text, &["$gy$"])
}

pub(in crate::hash) fn read(reader: &mut Reader<'_>) -> Result<Parts, Error> {
    let (function, salt, tag) = yescrypt::read(reader)?;
    let place = TagPlace::at_the_end(reader.offset(), tag.len(), Alphabet::Crypt);
    let tag = FoundTag { bytes: tag, place };
    Ok(Parts::new(Kdf::Yescrypt(function), salt, tag))
}
