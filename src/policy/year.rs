//! What year it is, from who knows.

const SECONDS_A_DAY: u64 = 86_400;
/// From 1 March of year 0, so that the leap day is the last one of a year, to 1970.
const DAYS_TO_1970: u64 = 719_468;
const DAYS_OF_400_YEARS: u64 = 146_097;

/// The year of a time in seconds since 1970, in UTC.
pub(crate) fn year_of(unix_s: u64) -> u16 {
    let days = unix_s / SECONDS_A_DAY + DAYS_TO_1970;
    let (cycles, day) = (days / DAYS_OF_400_YEARS, days % DAYS_OF_400_YEARS);
    // Less the leap days that are over: one in 4 years, none in 100, one in 400.
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day_of_year = day - (365 * year + year / 4 - year / 100);
    // 1 January is the 306th day after 1 March.
    let year = cycles * 400 + year + u64::from(day_of_year >= 306);
    u16::try_from(year).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_begin_and_end_where_they_do() {
        for (seconds, year) in [
            (0, 1970),
            (31_535_999, 1970),
            (31_536_000, 1971),
            (951_782_400, 2000),
            (978_307_199, 2000),
            (978_307_200, 2001),
            (1_798_761_599, 2026),
            (1_798_761_600, 2027),
            (4_102_444_799, 2099),
            (4_102_444_800, 2100),
            (u64::MAX, u16::MAX),
        ] {
            assert_eq!(year_of(seconds), year, "{seconds}");
        }
    }
}
