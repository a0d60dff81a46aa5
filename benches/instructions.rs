//! `cargo bench --bench instructions`: how many instructions an operation takes, counted by callgrind. Noise cannot blur it.
//!
//! Each benchmark is a thousand operations on a map of 1,024 `u64` keys that is in its steady state: divide by 1,000. gungraun compares each
//! run with the one before, and fails when a count has grown by more than two parts in a hundred.
//!
//! It needs `valgrind`, and `gungraun-runner` in the very version of the library; without one of them it says so and counts nothing.

use std::process::{Command, ExitCode};

/// The version of the library, which the runner must have too.
const VERSION: &str = "0.20.0";

fn main() -> ExitCode {
    // The runner starts this program again for each benchmark, under valgrind, with this first argument.
    let is_started_by_runner = std::env::args().nth(1).is_some_and(|argument| argument == "--gungraun-run");
    if !is_started_by_runner && let Err(missing) = tools() {
        eprintln!("instructions were not counted: {missing}");
        return ExitCode::from(3);
    }
    callgrind::run();
    ExitCode::SUCCESS
}

/// Whether the tools are here; what to do when not.
fn tools() -> Result<(), String> {
    let says = |program: &str| Command::new(program).arg("--version").output();
    if let Err(error) = says("valgrind") {
        return Err(format!(
            "valgrind is not on the PATH ({error}); install it, as by `apt-get install valgrind`"
        ));
    }
    let runner = std::env::var("GUNGRAUN_RUNNER").unwrap_or(String::from("gungraun-runner"));
    let install = format!("`cargo install --version {VERSION} gungraun-runner`");
    let output = says(&runner).map_err(|error| format!("{runner} cannot be started ({error}); {install}"))?;
    let version = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if version.ends_with(VERSION) { Ok(()) } else { Err(format!("{version} is not {VERSION}; {install}")) }
}

mod callgrind {
    use gungraun::prelude::*;
    use gungraun::{Callgrind, EventKind};
    use std::hint::black_box;
    use sync_map::SyncMap;
    use sync_map_benches::{Fast, Random, Tagged};

    /// A type for each benchmark, so that the optimizer inlines the operation in each: see [`Tagged`].
    type Map<const TAG: u8> = SyncMap<u64, u64, Tagged<Fast, TAG>>;
    type Arguments<const TAG: u8> = (Map<TAG>, Vec<u64>);

    const KEYS: u64 = 1024;
    const OPERATIONS: usize = 1000;

    /// A map in its steady state, and keys in an order that was shuffled before: those that are there, or others.
    fn setup<const TAG: u8>(first: u64) -> Arguments<TAG> {
        let map = Map::with_hasher(Tagged::new(Fast::default()));
        for key in (0..KEYS).chain(0..KEYS) {
            map.swap(key, key); // also warms the allocator and the collector up
        }
        map.range(|_, _| false); // promotes
        let order = Random::new(1).shuffled((first..first + KEYS).collect());
        (map, order.into_iter().take(OPERATIONS).collect())
    }

    #[library_benchmark]
    #[bench::thousand(setup(0))]
    fn read_hit((map, keys): Arguments<1>) -> Arguments<1> {
        for key in &keys {
            black_box(map.load(key));
        }
        (map, keys)
    }

    #[library_benchmark]
    #[bench::thousand(setup(KEYS))]
    fn read_miss((map, keys): Arguments<2>) -> Arguments<2> {
        for key in &keys {
            black_box(map.load(key));
        }
        (map, keys)
    }

    #[library_benchmark]
    #[bench::thousand(setup(0))]
    fn read_pinned((map, keys): Arguments<3>) -> Arguments<3> {
        {
            let pinned = map.pin();
            for key in &keys {
                black_box(pinned.load(key));
            }
        }
        (map, keys)
    }

    #[library_benchmark]
    #[bench::thousand(setup(0))]
    fn update((map, keys): Arguments<4>) -> Arguments<4> {
        for key in &keys {
            map.store(*key, black_box(7));
        }
        (map, keys)
    }

    library_benchmark_group!(name = operations, benchmarks = [read_hit, read_miss, read_pinned, update]);

    main!(
        config =
            LibraryBenchmarkConfig::default().tool(Callgrind::default().soft_limits([(EventKind::Ir, 2.0)])),
        library_benchmark_groups = operations
    );

    pub(crate) fn run() {
        main();
    }
}
