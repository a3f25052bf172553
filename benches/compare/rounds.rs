//! Taking turns, and what the times of the turns add up to.

use std::time::Instant;

/// How much to measure.
#[derive(Clone, Copy, PartialEq)]
pub enum Effort {
    /// Each runner once: does it work?
    Once,
    /// About so many seconds.
    Seconds(f64),
}

impl Effort {
    /// For small differences, which take more rounds to show.
    pub fn times(self, factor: f64) -> Self {
        match self {
            Self::Once => Self::Once,
            Self::Seconds(seconds) => Self::Seconds(seconds * factor),
        }
    }
}

/// One of those that take turns.
pub struct Runner<'a> {
    calls: u32,
    turn: Box<dyn FnMut() -> Result<(), String> + 'a>,
}

impl<'a> Runner<'a> {
    /// Makes `calls` calls a turn, where one is too short for the clock or they share work.
    pub fn new(calls: u32, turn: impl FnMut() -> Result<(), String> + 'a) -> Self {
        let turn = Box::new(turn);
        Self { calls, turn }
    }
}

/// Fewer rounds have no median worth printing.
const FEWEST: f64 = 7.0;

/// More rounds do not move it.
const MOST: f64 = 501.0;

/// Seconds a call in every round, runner by runner.
pub struct Rounds {
    seconds: Vec<Vec<f64>>,
}

impl Rounds {
    /// Lets `runners` take turns, each once a round, every other round
    /// backwards: what slows the machine for a while slows them all, and none
    /// always follows the same neighbour. The first round only warms up.
    pub fn take(runners: &mut [Runner<'_>], effort: Effort) -> Result<Self, String> {
        let mut rounds = Self {
            seconds: vec![Vec::new(); runners.len()],
        };
        let start = Instant::now();
        rounds.one(runners)?;
        let Effort::Seconds(seconds) = effort else {
            return Ok(rounds);
        };
        let warm_up = start.elapsed();
        rounds.seconds.iter_mut().for_each(Vec::clear);
        let count = (seconds / warm_up.as_secs_f64()).clamp(FEWEST, MOST) as usize;
        for _ in 0..count {
            rounds.one(runners)?;
        }
        Ok(rounds)
    }

    fn one(&mut self, runners: &mut [Runner<'_>]) -> Result<(), String> {
        let backwards = self.count() % 2 == 1;
        for turn in 0..runners.len() {
            let at = if backwards {
                runners.len() - 1 - turn
            } else {
                turn
            };
            let Runner { calls, turn } = &mut runners[at];
            let start = Instant::now();
            turn()?;
            let seconds = start.elapsed().as_secs_f64();
            self.seconds[at].push(seconds / f64::from(*calls));
        }
        Ok(())
    }

    pub fn count(&self) -> usize {
        self.seconds.iter().map(Vec::len).min().unwrap_or(0)
    }

    pub fn median(&self, of: usize) -> f64 {
        quantile(self.seconds[of].clone(), 0.5)
    }

    pub fn min(&self, of: usize) -> f64 {
        quantile(self.seconds[of].clone(), 0.0)
    }

    /// The `part` quantile of the time of `of` over that of `base` in the same
    /// round; 0.5 is the median, which keeps still where medians of times do not.
    pub fn ratio(&self, of: usize, base: usize, part: f64) -> f64 {
        let pairs = self.seconds[of].iter().zip(&self.seconds[base]);
        quantile(pairs.map(|(of, base)| of / base).collect(), part)
    }

    /// The median of what `of` takes longer than `base` in the same round.
    pub fn difference(&self, of: usize, base: usize) -> f64 {
        let pairs = self.seconds[of].iter().zip(&self.seconds[base]);
        quantile(pairs.map(|(of, base)| of - base).collect(), 0.5)
    }
}

fn quantile(mut values: Vec<f64>, part: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let last = values.len().saturating_sub(1);
    values
        .get((last as f64 * part).round() as usize)
        .copied()
        .unwrap_or(f64::NAN)
}
