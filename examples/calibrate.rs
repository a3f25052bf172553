//! How dear a hash should be on this machine: a table of what to put into the configuration.
//!
//! ```text
//! cargo run --release --example calibrate -- [MILLISECONDS [AT_ONCE [MIB]]]
//! ```
//!
//! MILLISECONDS is how long a user may wait for one hash at the peak (250), AT_ONCE how many
//! hashes run then (the CPUs of this process), MIB the work memory of all of them (1024). Each
//! scheme takes about ten times the milliseconds. Run it where and as the service will run.

use saltbox::hash::{Advice, Calibration, Proposal, Readings, Scheme, Target};
use saltbox::{Config, Error};
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some([milliseconds, at_once, mib]) = numbers(&arguments) else {
        eprintln!("arguments: [MILLISECONDS [AT_ONCE [MIB]]]");
        return ExitCode::FAILURE;
    };
    println!("Within {milliseconds} ms, {at_once} at once, in {mib} MiB together:\n");
    println!(
        "{:13} {:>8} {:>8} {:>8} {:>6}  configuration",
        "scheme", "alone", "loaded", "hashes/s", "MiB"
    );
    for scheme in Scheme::all().filter(|scheme| scheme.may_create()) {
        let target = Target {
            scheme,
            time: Duration::from_millis(milliseconds),
            at_once: u32::try_from(at_once).unwrap_or(u32::MAX),
            memory_bytes: mib.saturating_mul(1 << 20),
        };
        match Config::default().calibrate(&target).and_then(measure) {
            Ok(Advice::Proposed(proposal)) => print_row(scheme, &proposal, ""),
            Ok(Advice::OutOfReach(least)) => print_row(scheme, &least, "over: the least is "),
            Err(error) => println!("{:13} {error}", scheme.name()),
        }
    }
    ExitCode::SUCCESS
}

/// The arguments, with what stands for those that are left out.
fn numbers(arguments: &[String]) -> Option<[u64; 3]> {
    let cpus = thread::available_parallelism().map_or(1, usize::from);
    let mut numbers = [250, cpus as u64, 1024];
    if arguments.len() > numbers.len() {
        return None;
    }
    for (number, argument) in numbers.iter_mut().zip(arguments) {
        *number = argument.parse().ok()?;
    }
    Some(numbers)
}

/// Measures every step on as many threads as it asks for.
fn measure(mut calibration: Calibration) -> Result<Advice, Error> {
    let start = Instant::now();
    let clock = || u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX);
    while let Some(step) = calibration.step() {
        let readings = thread::scope(|scope| {
            let threads = (0..step.threads()).map(|_| scope.spawn(|| step.run(clock)));
            let threads: Vec<_> = threads.collect();
            let ended = threads.into_iter().map(|thread| thread.join());
            ended
                .map(|result| result.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
                .collect::<Result<Vec<Readings>, Error>>()
        })?;
        calibration.tell(&readings)?;
    }
    calibration.advice()
}

fn print_row(scheme: Scheme, proposal: &Proposal, remark: &str) {
    let milliseconds = |time: Duration| time.as_secs_f64() * 1e3;
    println!(
        "{:13} {:>5.1} ms {:>5.1} ms {:>8.1} {:>6}  {remark}{}",
        scheme.name(),
        milliseconds(proposal.alone()),
        milliseconds(proposal.under_load()),
        proposal.hashes_per_second(),
        proposal.memory_bytes() >> 20,
        proposal.to_json(),
    );
}
