//! What the figures depend on, as far as the system tells.

use std::fs::read_to_string;

/// Instruction sets that the hash functions here can make use of.
const FLAGS: [&str; 10] = [
    "sse2", "ssse3", "avx", "avx2", "avx512f", "avx512vl", "sha_ni", "asimd", "sha2", "sha512",
];

pub fn print() {
    let cpu = read_to_string("/proc/cpuinfo").unwrap_or_default();
    let field = |names: [&str; 2]| {
        cpu.lines()
            .filter_map(|line| line.split_once(':'))
            .find(|(name, _)| names.contains(&name.trim()))
            .map(|(_, value)| value.trim())
    };
    let file = |path: &str| read_to_string(path).map(|text| text.trim().to_owned());
    let listed = field(["flags", "Features"]).unwrap_or_default();
    let (has, lacks): (Vec<&str>, Vec<&str>) = FLAGS
        .into_iter()
        .partition(|flag| listed.split_whitespace().any(|word| word == *flag));
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let rows = [
        (
            "cpu",
            field(["model name", "CPU part"]).map(|model| format!("{model}, {cores} to use")),
        ),
        ("has", Some(has.join(" "))),
        ("lacks", Some(lacks.join(" "))),
        ("built for", Some(built_for())),
        ("kernel", file("/proc/sys/kernel/osrelease").ok()),
        (
            "governor",
            file("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor").ok(),
        ),
        (
            "huge pages",
            file("/sys/kernel/mm/transparent_hugepage/enabled").ok(),
        ),
        // Figures of a busy machine are worth less; whoever reads them should know.
        ("load", file("/proc/loadavg").ok()),
    ];
    println!("machine");
    for (name, value) in rows {
        let value = value.unwrap_or_else(|| "not told".to_owned());
        println!("  {name:<20}  {value}");
    }
}

/// The architecture, and what the compiler was allowed to take for granted.
fn built_for() -> String {
    let mut text = std::env::consts::ARCH.to_owned();
    if cfg!(target_feature = "avx2") {
        text.push_str(", avx2");
    }
    if cfg!(target_feature = "avx512f") {
        text.push_str(", avx512f");
    }
    if cfg!(debug_assertions) {
        text.push_str(", with debug assertions");
    }
    text
}
