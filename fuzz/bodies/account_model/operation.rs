//! What may happen to the account, and the bytes that choose it.

use super::codes::{KEPT_S, Presented, Purpose};
use super::host::Host;
use super::passwords::{SHORT, Session, WRONG};
use super::user::{EMAILS, PHONES, Status, User};
use saltbox::{AdminAction, Way};

const YEAR: u64 = 31_536_000;

/// How often a route comes: hashing digits is what takes time.
const ROUTES_BY_WEIGHT: [usize; 16] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 3, 5];

/// A request. Passwords are numbers.
#[derive(Clone, Copy, Debug)]
pub(super) enum Operation {
    Issue(Purpose, usize),
    Redeem(Presented),
    SignIn {
        password: usize,
        step_up: Option<Session>,
    },
    Replace {
        old: usize,
        new: usize,
    },
    Update {
        session: Session,
        age: Option<u64>,
        new: usize,
    },
    Admin(AdminAction),
    AdminSet {
        new: usize,
        is_temporary: bool,
    },
    /// Of the string of the first password.
    Import,
    SignUp(usize),
}

impl Operation {
    /// The password that it sets where it succeeds.
    pub(super) fn sets(&self) -> Option<usize> {
        let new = match *self {
            Self::Replace { new, .. }
            | Self::Update { new, .. }
            | Self::AdminSet { new, .. }
            | Self::SignUp(new) => new,
            Self::Redeem(presented) if presented.purpose == Purpose::Reset => presented.password,
            Self::Import => 0,
            _ => return None,
        };
        (new < WRONG).then_some(new)
    }
}

/// The bytes that choose.
pub(super) struct Choices<'d>(pub(super) std::slice::Iter<'d, u8>);

impl Choices<'_> {
    pub(super) fn below(&mut self, end: usize) -> Option<usize> {
        self.0.next().map(|byte| usize::from(*byte) % end)
    }

    fn purpose(&mut self) -> Option<Purpose> {
        Some(if self.below(4)? == 0 {
            Purpose::Verify
        } else {
            Purpose::Reset
        })
    }

    pub(super) fn operation(&mut self, host: &Host) -> Option<Operation> {
        let is_of_other = self.below(6)? == 0;
        if host.mostly_passwords != is_of_other {
            self.of_passwords(host)
        } else {
            self.of_codes(host)
        }
    }

    fn of_codes(&mut self, host: &Host) -> Option<Operation> {
        if self.below(3)? == 0 || host.sent.is_empty() {
            let (purpose, route) = (self.purpose()?, ROUTES_BY_WEIGHT[self.below(16)?]);
            // A reset link verifies no address.
            let is_refused = purpose == Purpose::Verify && route == 1;
            return Some(Operation::Issue(
                purpose,
                if is_refused { 0 } else { route },
            ));
        }
        let back = self.below(32)?;
        // The newest ones mostly.
        let back = if back < 24 { back % 3 } else { back - 24 };
        let number = host.sent.len().checked_sub(back + 1);
        let sent = number.map(|number| &host.sent[number]);
        let other = self.below(16)?;
        let way = match sent {
            Some(sent) if other > 2 => sent.way,
            _ => Way::ALL[other % 3],
        };
        let purpose = match sent {
            Some(sent) if self.below(16)? > 0 => sent.purpose,
            _ => self.purpose()?,
        };
        Some(Operation::Redeem(Presented {
            number,
            way,
            as_sent: self.below(4)? > 0,
            purpose,
            password: self.new_password(host)?,
        }))
    }

    fn of_passwords(&mut self, host: &Host) -> Option<Operation> {
        Some(match self.below(32)? {
            0..=13 => Operation::SignIn {
                password: self.old_password(host)?,
                step_up: match self.below(4)? {
                    0 => Some(self.session()?),
                    _ => None,
                },
            },
            14..=17 => Operation::Replace {
                old: self.old_password(host)?,
                new: self.new_password(host)?,
            },
            18..=20 => Operation::Update {
                session: self.session()?,
                age: [Some(0), Some(0), Some(300), Some(301), None][self.below(5)?],
                new: self.new_password(host)?,
            },
            21 | 22 => Operation::AdminSet {
                new: self.new_password(host)?,
                is_temporary: self.below(2)? == 0,
            },
            23 => Operation::Import,
            24 => Operation::Admin(AdminAction::Expire),
            25 => Operation::Admin(AdminAction::Lock),
            26 | 27 => Operation::Admin(AdminAction::Unlock),
            28 => Operation::Admin(AdminAction::Disable),
            29 | 30 => Operation::Admin(AdminAction::Enable),
            _ => Operation::SignUp(self.new_password(host)?),
        })
    }

    fn session(&mut self) -> Option<Session> {
        Some(match self.below(8)? {
            0 => Session::Others,
            1 => Session::None,
            _ => Session::Own,
        })
    }

    /// As the one that is set.
    fn old_password(&mut self, host: &Host) -> Option<usize> {
        Some(match self.below(8)? {
            0..=3 => host.model.account.password.unwrap_or(WRONG),
            4 | 5 => WRONG,
            _ => self.any_password(host)?,
        })
    }

    /// As the next one.
    fn new_password(&mut self, host: &Host) -> Option<usize> {
        Some(match self.below(8)? {
            0 => SHORT,
            1 => self.any_password(host)?,
            _ => host.newest + 1,
        })
    }

    /// One that was thought of, the latest mostly.
    fn any_password(&mut self, host: &Host) -> Option<usize> {
        Some(host.newest.saturating_sub(self.below(5)?))
    }

    pub(super) fn user(&mut self) -> Option<User> {
        Some(User {
            email: EMAILS[[0, 0, 0, 1, 1, 2, 2, 3][self.below(8)?]],
            phone: PHONES[[0, 0, 1, 2][self.below(4)?]],
            are_verified: self.below(8)? > 0,
            status: match self.below(16)? {
                0 => Status::Disabled,
                1 => Status::Invited,
                2 | 3 => Status::Expired,
                _ => Status::Enabled,
            },
        })
    }

    pub(super) fn clock(&mut self, host: &Host) -> Option<u64> {
        let settings = host.settings[self.below(2)?];
        let (now, window, pause) = (host.now, settings.codes.window_s, settings.lock.first_s);
        let age = settings.max_age_days.unwrap_or(1) * 86_400;
        let wait = host.wait.unwrap_or(1);
        let forward = [
            1,
            5,
            59,
            60,
            61,
            119,
            120,
            299,
            300,
            599,
            600,
            899,
            900,
            window - 1,
            window,
            window + 1,
            pause,
            settings.temporary_s - 1,
            settings.temporary_s,
            age - 1,
            age,
            // What it was told to wait.
            wait - 1,
            wait,
            wait,
            wait,
            KEPT_S,
            YEAR,
        ];
        let step = forward[self.below(forward.len())?];
        // It goes on more often than back.
        let is_back = self.below(4)? == 0;
        Some(if is_back {
            now.saturating_sub(step).max(super::BEGIN / 2)
        } else {
            now + step
        })
    }
}
