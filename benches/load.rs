//! A busy pool: `cargo bench --bench load`, and `-- --test` to see that it works.
//!
//! Clients verify in a closed loop, each again as soon as it has its answer, on
//! one core that they share: as many as there are CPUs, and twice as many. What
//! a machine gives changes while others use it, so each turn of theirs is
//! measured by the turns of one client alone before it and after it.

use saltbox::{Config, Saltbox};
use std::sync::Barrier;
use std::time::{Duration, Instant};

const PASSWORD: &str = "correct horse battery staple";

/// The default policy, and one whose hash leaves the caches.
const POLICIES: [(&str, &str); 2] = [
    ("argon2id m=19456 t=2 p=1", "{}"),
    (
        "argon2id m=65536 t=3 p=1",
        r#"{"hash":{"create":{"scheme":"argon2id","m_kib":65536,"t":3,"p":1}}}"#,
    ),
];

/// How often each crowd has its turn, and for how long.
#[derive(Clone, Copy)]
struct Effort {
    rounds: usize,
    turn: Duration,
}

/// What a crowd got in a turn.
#[derive(Default)]
struct Turn {
    /// Verifications a second.
    rate: f64,
    /// Milliseconds that each took.
    latencies: Vec<f64>,
}

/// Lets `clients` verify `stored` until the turn is over.
fn take_turn(core: &Saltbox, stored: &str, clients: usize, length: Duration) -> Turn {
    let begin = Barrier::new(clients);
    let client = || {
        begin.wait();
        let start = Instant::now();
        let mut latencies = Vec::new();
        while latencies.is_empty() || start.elapsed() < length {
            let call = Instant::now();
            let verdict = core.verify(stored, PASSWORD);
            latencies.push(call.elapsed().as_secs_f64() * 1e3);
            // `Busy` would fail here: more than these clients may wait.
            assert!(verdict.expect("a slot in time").is_accepted());
        }
        let rate = latencies.len() as f64 / start.elapsed().as_secs_f64();
        Turn { rate, latencies }
    };
    std::thread::scope(|scope| {
        let clients: Vec<_> = (0..clients).map(|_| scope.spawn(client)).collect();
        let mut crowd = Turn::default();
        for client in clients {
            let turn = client.join().expect("a client ends");
            crowd.rate += turn.rate;
            crowd.latencies.extend(turn.latencies);
        }
        crowd
    })
}

fn quantile(values: impl Iterator<Item = f64>, part: f64) -> f64 {
    let mut values: Vec<_> = values.collect();
    values.sort_by(f64::total_cmp);
    values[((values.len() - 1) as f64 * part).round() as usize]
}

/// So many clients, and what they got.
#[derive(Default)]
struct Crowd {
    clients: usize,
    turns: Vec<Turn>,
    /// The rate of each turn over that of one client alone, for each CPU.
    over_alone: Vec<f64>,
}

impl Crowd {
    fn latency(&self, part: f64) -> f64 {
        let latencies = self.turns.iter().flat_map(|turn| &turn.latencies);
        quantile(latencies.copied(), part)
    }

    fn print(&self, alone_ms: f64) {
        let rate = quantile(self.turns.iter().map(|turn| turn.rate), 0.5);
        let over_alone = quantile(self.over_alone.iter().copied(), 0.5);
        let (p50, p99) = (self.latency(0.5), self.latency(0.99));
        println!(
            "  {:>7} {rate:>9.1} {over_alone:>20.2} {p50:>10.2} {p99:>10.2} {:>15.2}",
            self.clients,
            p99 / alone_ms,
        );
    }
}

/// Lets crowds take turns on a core of this policy, and prints a table.
fn load(title: &str, policy: &str, effort: Effort) {
    let core = Saltbox::new(Config::from_json(policy.as_bytes()).expect("valid"));
    let stored = core.hash(PASSWORD).expect("hashes");
    let turn = |clients| take_turn(&core, &stored, clients, effort.turn);
    let cpus = std::thread::available_parallelism().map_or(1, usize::from);
    let crowd = |clients| Crowd {
        clients,
        ..Crowd::default()
    };
    let (mut alone, mut crowds) = (crowd(1), [cpus, 2 * cpus].map(crowd));

    // The first warms up.
    turn(1);
    let mut before = turn(1);
    for _ in 0..effort.rounds {
        for crowd in &mut crowds {
            let (now, after) = (turn(crowd.clients), turn(1));
            let each_alone = (before.rate + after.rate) / 2.0;
            crowd.over_alone.push(now.rate / each_alone / cpus as f64);
            crowd.turns.push(now);
            alone.over_alone.push(before.rate / each_alone);
            alone.turns.push(std::mem::replace(&mut before, after));
        }
    }
    alone.turns.push(before);

    println!(
        "\n{title} ({cpus} CPUs; turns: {} of {:?})",
        effort.rounds, effort.turn
    );
    println!(
        "  {:>7} {:>9} {:>20} {:>10} {:>10} {:>15}",
        "clients", "a second", "of alone on each CPU", "median ms", "p99 ms", "p99 over alone"
    );
    let alone_ms = alone.latency(0.5);
    for crowd in [&alone].into_iter().chain(&crowds) {
        crowd.print(alone_ms);
    }
    let stats = core.stats();
    let mib = |bytes: u64| bytes as f64 / f64::from(1 << 20);
    let (peak, budget) = (stats.memory_peak_bytes, stats.memory_budget_bytes);
    println!(
        "  memory at most {:.0} of {:.0} MiB; {} of {} slots; {} waited at most; busy: {}",
        mib(peak),
        mib(budget),
        stats.running_peak,
        stats.max_running,
        stats.queued_peak,
        stats.busy,
    );
    assert!(peak <= budget, "more memory than the budget");
}

/// `cargo bench` says `--bench`, `cargo test` does not: the rule of criterion.
fn main() {
    let says = |flag: &str| std::env::args().any(|argument| argument == flag);
    let (rounds, turn) = match says("--bench") && !says("--test") {
        true => (7, Duration::from_secs(2)),
        false => (1, Duration::from_millis(50)),
    };
    for (title, policy) in POLICIES {
        load(title, policy, Effort { rounds, turn });
    }
}
