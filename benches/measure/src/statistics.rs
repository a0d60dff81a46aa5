//! Medians with quartiles, and ratios.

/// The three quartiles of some samples.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quartiles {
    /// A quarter of the samples is below.
    pub q1: f64,
    /// Half of the samples are below.
    pub median: f64,
    /// Three quarters of the samples are below.
    pub q3: f64,
}

impl Quartiles {
    /// Of samples in any order; nothing when there are none.
    pub fn of(samples: &[f64]) -> Option<Self> {
        let mut sorted = samples.to_vec();
        sorted.sort_by(f64::total_cmp);
        let at = |fraction| quantile(&sorted, fraction);
        Some(Quartiles { q1: at(0.25)?, median: at(0.5)?, q3: at(0.75)? })
    }
}

/// The value below which `fraction` of the sorted samples is, interpolated between the two nearest.
pub fn quantile(sorted: &[f64], fraction: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let place = fraction.clamp(0.0, 1.0) * last as f64;
    let (below, above) = (sorted[place.floor() as usize], sorted[place.ceil() as usize]);
    Some(below + (above - below) * place.fract())
}

/// Fewer pairs than this say nothing of their spread.
const PAIRS_AT_LEAST: usize = 3;

/// `numerator / denominator`, round by round: what slowed a whole round down cancels out.
///
/// The samples are by round; a round that was dropped has none. With too few rounds that both have, all samples
/// of one are divided by all of the other.
pub fn ratio(numerator: &[Option<f64>], denominator: &[Option<f64>]) -> Option<Quartiles> {
    let pairs = numerator.iter().zip(denominator);
    let paired: Vec<f64> = pairs.filter_map(|(above, below)| Some((*above)? / (*below)?)).collect();
    if paired.len() >= PAIRS_AT_LEAST {
        return Quartiles::of(&paired);
    }
    let each = |above: &f64| denominator.iter().flatten().map(|below| above / below).collect::<Vec<_>>();
    Quartiles::of(&numerator.iter().flatten().flat_map(each).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quartiles_do_not_depend_on_the_order_of_the_samples() {
        let expected = Quartiles { q1: 2.0, median: 3.0, q3: 4.0 };
        assert_eq!(Quartiles::of(&[5.0, 1.0, 4.0, 2.0, 3.0]), Some(expected));
        assert_eq!(Quartiles::of(&[1.0, 2.0, 3.0, 4.0, 5.0]), Some(expected));
    }

    #[test]
    fn quartiles_between_two_samples_are_interpolated() {
        let expected = Quartiles { q1: 1.75, median: 2.5, q3: 3.25 };
        assert_eq!(Quartiles::of(&[4.0, 3.0, 2.0, 1.0]), Some(expected));
    }

    #[test]
    fn one_sample_is_all_quartiles_and_none_has_none() {
        assert_eq!(Quartiles::of(&[7.0]), Some(Quartiles { q1: 7.0, median: 7.0, q3: 7.0 }));
        assert_eq!(Quartiles::of(&[]), None);
    }

    #[test]
    fn the_ends_are_the_least_and_the_greatest_sample() {
        let sorted = [1.0, 2.0, 10.0];
        assert_eq!(quantile(&sorted, 0.0), Some(1.0));
        assert_eq!(quantile(&sorted, 1.0), Some(10.0));
        assert_eq!(quantile(&sorted, 2.0), Some(10.0));
    }

    #[test]
    fn ratios_pair_the_rounds() {
        // Both are slower by ten times in the second round; the ratio is not.
        let ours = [Some(1.0), Some(10.0), Some(1.0), None];
        let theirs = [Some(2.0), Some(20.0), Some(2.0), Some(9.0)];
        assert_eq!(ratio(&theirs, &ours), Some(Quartiles { q1: 2.0, median: 2.0, q3: 2.0 }));
    }

    #[test]
    fn ratios_without_pairs_divide_all_by_all() {
        let ours = [Some(1.0), None, Some(2.0), None];
        let theirs = [None, Some(4.0), None, None];
        assert_eq!(ratio(&theirs, &ours), Some(Quartiles { q1: 2.5, median: 3.0, q3: 3.5 }));
        assert_eq!(ratio(&theirs, &[None; 4]), None);
    }
}
