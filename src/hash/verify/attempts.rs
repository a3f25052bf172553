//! What a verification computes, one thing after the other: each form of the password, each
//! through the layer below, where there is one, and what is stored.

#[cfg(feature = "imports")]
use super::super::input::{Input, Room};
use super::super::interleave::{Inputs, Member};
use super::super::kdf::{Entered, InputFault};
#[cfg(feature = "imports")]
use super::super::settings::Over72;
use super::super::stored::Layer;
use super::super::{HashSettings, Kdf, Stored, Tag, wrapper};
use super::{Task, Told};
use crate::error::Error;
use crate::secret::constant_time_eq;
use crate::text::{self, MAX_PASSWORD_BYTES};

/// A verification, and how far it is.
pub(super) struct Verification<'s> {
    pub(super) task: Task<'s>,
    /// As received; an empty one where nothing can match, so that the work is the same.
    pub(super) password: &'s [u8],
    /// Whether it is no longer than a password may be.
    fits: bool,
    /// The forms compared, in the order in which they are tried.
    compared: [Option<Attempt>; 2],
    /// Whether there is a second form.
    pub(super) has_two_forms: bool,
    /// What came of the layer below, where it has been computed of the form in work.
    below: Option<(Tag, Entry)>,
    /// What entered the computation in work.
    entry: Entry,
}

/// What came of comparing one form of the password.
#[derive(Clone, Copy)]
pub(super) struct Attempt {
    matches: bool,
    /// Whether only the beginning of the input was compared.
    is_cut: bool,
    /// How long the inputs were, of the layer below and of what is stored.
    pub(super) input_lens: [usize; 2],
}

/// What entered a function.
#[derive(Clone, Copy, Default)]
struct Entry {
    /// Whether the tag is that of the password.
    is_possible: bool,
    is_cut: bool,
    input_len: usize,
}

/// How the password is right.
pub(super) struct Match {
    pub(super) is_cut: bool,
    /// Whether its prepared form is not.
    pub(super) only_as_received: bool,
}

impl<'s> Verification<'s> {
    pub(super) fn new(task: Task<'s>, password: &'s [u8]) -> Self {
        let fits = password.len() <= MAX_PASSWORD_BYTES;
        let password = if fits { password } else { &[] };
        Self {
            task,
            password,
            fits,
            compared: [None; 2],
            has_two_forms: text::with_forms(password, |forms| forms.as_received.is_some()),
            below: None,
            entry: Entry::default(),
        }
    }

    /// Forgets what was computed.
    pub(super) fn restart(&mut self) {
        self.compared = [None; 2];
        self.below = None;
    }

    /// Whether there is still something to compute.
    fn is_unfinished(&self) -> bool {
        match self.compared {
            [None, _] => true,
            [Some(_), None] => self.has_two_forms,
            [Some(_), Some(_)] => false,
        }
    }

    /// The layer below, where that is computed next.
    fn layer(&self) -> Option<&Layer> {
        self.task
            .target
            .layer_below()
            .filter(|_| self.below.is_none())
    }

    /// What is computed next, if anything is left.
    pub(super) fn kdf(&self) -> Option<&Kdf> {
        let kdf = self
            .layer()
            .map_or(self.task.target.kdf(), |layer| &layer.kdf);
        self.is_unfinished().then_some(kdf)
    }

    /// The forms compared.
    pub(super) fn attempts(&self) -> impl Iterator<Item = &Attempt> {
        self.compared.iter().flatten()
    }

    /// How the password is right, if it is, and if it is looked at.
    pub(super) fn match_(&self) -> Option<Match> {
        let possible = self.fits && matches!(self.task.told, Told::Comparison);
        let match_ = self.attempts().find(|attempt| attempt.matches & possible)?;
        Some(Match {
            is_cut: match_.is_cut,
            only_as_received: self.compared[0].is_some_and(|first| !first.matches),
        })
    }
}

/// What a verification computes next.
pub(super) struct Computing<'v, 's> {
    pub(super) settings: &'v HashSettings,
    pub(super) verification: &'v mut Verification<'s>,
}

impl Member for Computing<'_, '_> {
    fn enter(&mut self, use_inputs: UseInputs<'_>) -> Result<(), Error> {
        let (settings, now) = (self.settings, &mut *self.verification);
        if let Some((digest, _)) = &now.below {
            let target = &now.task.target;
            let text = wrapper::layer_text(target.layers_text(), digest.as_slice())?;
            let entered = Entered::plain(text.as_slice());
            now.entry = Next::of(target).enter(settings, Some(&entered), use_inputs)?;
            return Ok(());
        }
        let is_second = now.compared[0].is_some();
        text::with_forms(now.password, |forms| {
            let second = forms.as_received.filter(|_| is_second);
            let form = second.unwrap_or(forms.first);
            let stored = || Next::of(&now.task.target);
            let next = now.layer().map_or_else(stored, Next::of_layer);
            now.entry = next.enter_form(settings, form, use_inputs)?;
            Ok(())
        })
    }

    fn tag_len(&self) -> usize {
        let layer = self.verification.layer();
        let of_stored = self.verification.task.target.tag_len();
        layer.map_or(of_stored, |layer| layer.tag_len)
    }

    fn take(&mut self, tag: Tag) {
        let now = &mut *self.verification;
        let entry = now.entry;
        if now.layer().is_some() {
            now.below = Some((tag, entry));
            return;
        }
        let is_equal = constant_time_eq(tag.as_slice(), now.task.target.tag.as_slice());
        let matches = is_equal & entry.is_possible;
        let attempt = match now.below.take() {
            None => Attempt {
                matches,
                is_cut: entry.is_cut,
                input_lens: [0, entry.input_len],
            },
            Some((_, below)) => Attempt {
                matches: matches & below.is_possible,
                is_cut: below.is_cut,
                input_lens: [below.input_len, entry.input_len],
            },
        };
        let place = usize::from(now.compared[0].is_some());
        now.compared[place] = Some(attempt);
    }
}

type UseInputs<'a> = &'a mut dyn FnMut(Inputs<'_>) -> Result<(), Error>;

/// A computation: of what is stored, or of the layer below.
struct Next<'a> {
    kdf: &'a Kdf,
    salt: &'a [u8],
    tag_len: usize,
    #[cfg(feature = "imports")]
    input: &'a Input,
}

impl<'a> Next<'a> {
    fn of(target: &'a Stored<'_>) -> Self {
        Self {
            kdf: target.kdf(),
            salt: target.salt(),
            tag_len: target.tag_len(),
            #[cfg(feature = "imports")]
            input: &target.input,
        }
    }

    fn of_layer(layer: &'a Layer) -> Self {
        Self {
            kdf: &layer.kdf,
            salt: layer.salt.as_slice(),
            tag_len: layer.tag_len,
            #[cfg(feature = "imports")]
            input: &layer.input,
        }
    }

    /// Enters a form of the password.
    fn enter_form(
        &self,
        settings: &HashSettings,
        form: &[u8],
        use_inputs: UseInputs<'_>,
    ) -> Result<Entry, Error> {
        #[cfg(feature = "imports")]
        if !self.input.is_plain() {
            return self.enter_after_steps(settings, form, use_inputs);
        }
        self.enter(settings, Some(&Entered::plain(form)), use_inputs)
    }

    /// As [`Self::enter_form`], for a password that goes through something first.
    /// Apart, so that the room for it is on the stack only where it is used.
    #[cfg(feature = "imports")]
    #[inline(never)]
    fn enter_after_steps(
        &self,
        settings: &HashSettings,
        form: &[u8],
        use_inputs: UseInputs<'_>,
    ) -> Result<Entry, Error> {
        let mut room = Room::new();
        let entered = self.input.enter(form, self.salt, &mut room);
        self.enter(settings, entered.as_ref(), use_inputs)
    }

    /// Enters what came of a form. What cannot be right costs as much as what is wrong.
    fn enter(
        &self,
        settings: &HashSettings,
        entered: Option<&Entered<'_>>,
        use_inputs: UseInputs<'_>,
    ) -> Result<Entry, Error> {
        let taken = entered.and_then(|entered| settings.taken(self.kdf, entered));
        let input = taken.unwrap_or_default();
        let inputs = Inputs {
            input,
            salt: self.salt,
            tag_len: self.tag_len,
        };
        use_inputs(inputs)?;
        let is_cut = |entered: &Entered<'_>| input.len() < entered.password.end;
        Ok(Entry {
            is_possible: taken.is_some(),
            is_cut: taken.is_some() && entered.is_some_and(is_cut),
            input_len: input.len(),
        })
    }
}

impl HashSettings {
    /// As much of what `entered` as the function is given; `None` where nothing of it may match.
    fn taken<'i>(&self, kdf: &Kdf, entered: &Entered<'i>) -> Option<&'i [u8]> {
        let function = kdf.function();
        let input = entered.bytes;
        match function.fault_in(input) {
            None => function
                .affords(self.limits(), input.len())
                .then_some(input),
            // The zero is half of a character, and HMAC tells that from none: lengths are even.
            Some(InputFault::Nul(at)) if entered.is_wide && at % 2 == 1 => {
                let is_half = input.get(at - 1) != Some(&0);
                (is_half && function.affords(self.limits(), input.len())).then_some(input)
            }
            Some(InputFault::Nul(_)) => None,
            #[cfg(feature = "imports")]
            Some(InputFault::LongerThan(most)) => {
                // What stands behind the password may go. Of the password itself it
                // is a written choice, and never where something before it leaves
                // little of it: with 72 bytes there every password would be right.
                let is_whole = entered.password.end <= most;
                let may_cut = self.over_72() == Over72::AcceptAndRehash;
                let input = input
                    .get(..most)
                    .filter(|_| is_whole || (may_cut && entered.password.start == 0))?;
                // What stands behind the cut may have a NUL; what is compared may not.
                function.fault_in(input).is_none().then_some(input)
            }
        }
    }
}
