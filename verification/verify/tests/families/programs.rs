//! The programs of families: counted, each once.

use linear::Program;
use runner::families::{Family, Shape, Size, programs};
use std::collections::BTreeSet;
use test_support::hang::{TEST, watch_for};
use verify::subjects;

fn family(subject: &str, size: &str, keys: Option<usize>) -> Family {
    subjects::install();
    Family::new(subject, size.parse().unwrap(), keys).unwrap()
}

/// The counts are those of the search, written down so that a change of the algorithm that adds or removes a state is
/// noticed.
#[test]
fn the_programs_are_counted() {
    let _watch = watch_for("the test", TEST);
    let count = |size, keys| programs(&family("map", size, Some(keys))).len();
    assert_eq!((count("2x1", 1), count("2x1", 2), count("3x1", 1)), (765, 7_046, 2_805));
    assert_eq!(count("2x2", 1), 69_615);
}

#[test]
fn a_size_is_written_in_one_way() {
    let _watch = watch_for("the test", TEST);
    for (text, shown, threads) in [
        ("2x1", "2x1", &[1, 1][..]),
        ("1+1", "2x1", &[1, 1]),
        ("2+1", "1+2", &[1, 2]),
        ("2+2", "2x2", &[2, 2]),
        ("1+1+2", "1+1+2", &[1, 1, 2]),
    ] {
        let size: Size = text.parse().unwrap();
        assert_eq!((size.to_string().as_str(), size.threads()), (shown, threads), "{text}");
    }
    for wrong in
        ["", "2", "0x1", "2x0", "4x1", "1x4", "1+", "1+4", "1+1+1+1", "1+0", "x", "+", "2x1+1", "-1x1"]
    {
        assert!(wrong.parse::<Size>().is_err(), "{wrong}");
    }
    assert_eq!(Size::of(2, 1).leaves_out(), "programs of more than 2 threads or 1 operation a thread");
    let uneven: Size = "1+2".parse().unwrap();
    assert_eq!(uneven.leaves_out(), "programs of threads with more than 1 and 2 operations");
}

/// Between 2x1 and 2x2: one thread goes on, and only one.
#[test]
fn an_uneven_size_has_the_programs_in_which_one_thread_does_more() {
    let _watch = watch_for("the test", TEST);
    let of = |size: &str| -> BTreeSet<String> {
        programs(&family("countermap", size, Some(1))).into_iter().collect()
    };
    let (small, uneven, large) = (of("2x1"), of("1+2"), of("2x2"));
    assert!(small.is_subset(&uneven) && uneven.is_subset(&large));
    assert_eq!((small.len(), uneven.len(), large.len()), (255, 2_380, 7_905));
    let calls = |program: &str| -> Vec<usize> {
        program.split("||").skip(1).map(|thread| thread.split(";").count()).collect()
    };
    assert!(uneven.iter().all(|program| matches!(calls(program)[..], [1, 1 | 2])));
    let fits = large.iter().filter(|program| matches!(calls(program)[..], [1, _]));
    assert!(fits.eq(&uneven), "every program of 2x2 that has such threads is there");
    // An addition helps a removal while the remover adds again: what helping by key loses.
    assert!(uneven.contains("add a 1 || add a 20 || remove a; add a 31"));
}

#[test]
fn every_program_parses_and_occurs_once() {
    let _watch = watch_for("the test", TEST);
    let families = [
        family("map", "2x1", Some(2)),
        family("map", "2x2", Some(2)).with_shape(Shape::Sb).unwrap(),
        family("map", "2x1", None).with_ops(&["store".into(), "load".into()]).unwrap(),
        family("counter", "2x2", None),
        family("countermap", "2x1", Some(2)),
    ];
    for family in families {
        let subject = subjects::by_name(&family.subject).unwrap();
        let programs = programs(&family);
        assert!(!programs.is_empty(), "{family}");
        let unique: BTreeSet<&String> = programs.iter().collect();
        assert_eq!(unique.len(), programs.len(), "{family}");
        for program in &programs {
            assert_eq!(Program::parse(subject, program).unwrap().to_string(), *program);
        }
    }
}

#[test]
fn what_is_no_family_is_refused() {
    let _watch = watch_for("the test", TEST);
    let map = || family("map", "2x1", Some(1));
    let refused = [
        Family::new("cash", map().size, None).unwrap_err(),
        Family::new("counter", map().size, Some(1)).unwrap_err(),
        map().with_ops(&["lod".into()]).unwrap_err(),
        map().with_shape(Shape::Sb).unwrap_err(),
    ];
    let parts = ["map, counter, countermap", "leave out --keys", "load, swap", "--shape sb"];
    for (problem, part) in refused.iter().zip(parts) {
        assert!(problem.0.contains(part), "{problem}");
    }
}
