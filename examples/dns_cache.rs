//! A resolver with a cache, like a stub resolver's. Each answer is valid for as long as it says; a name that does not exist
//! is remembered for a while too; a name is looked up once, however many callers ask; and the cache has a bound.
//!
//! The name server is a table here, so the example runs anywhere. Time is a manual clock, so it runs at once.
//!
//! Run it: `cargo run --example dns_cache`

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::Duration;
use sync_map::{Cache, Cause, ManualClock};

/// What a name server says: an address, or that there is no such name; and for how long that is good.
type Answer = (Option<Ipv4Addr>, Duration);

/// The name server could not be reached.
#[derive(Debug, PartialEq, Eq)]
struct Unreachable;

/// A name server that counts its questions.
#[derive(Default)]
struct Server {
    questions: AtomicU32,
}

impl Server {
    fn ask(&self, name: &str) -> Result<Answer, Unreachable> {
        self.questions.fetch_add(1, SeqCst);
        match name {
            "www.example.org" => Ok((Some(Ipv4Addr::new(192, 0, 2, 1)), Duration::from_secs(300))),
            "mail.example.org" => Ok((Some(Ipv4Addr::new(192, 0, 2, 2)), Duration::from_secs(30))),
            "flaky.example.org" => Err(Unreachable),
            _ => Ok((None, Duration::from_secs(60))), // remembered, too: "no such name"
        }
    }
}

/// A server, and what it said.
struct Resolver {
    server: Server,
    answers: Cache<String, Option<Ipv4Addr>>,
}

impl Resolver {
    fn new(time: &ManualClock, expired: Arc<AtomicU32>) -> Self {
        let listener = move |name: &String, _: &Option<Ipv4Addr>, cause| {
            if cause == Cause::Expired {
                println!("  (the answer for {name} has expired, and leaves)");
                expired.fetch_add(1, SeqCst);
            }
        };
        let answers =
            Cache::builder().max_entries(1_000).removal_listener(listener).clock(time.clock()).build();
        Resolver { server: Server::default(), answers }
    }

    /// The address of a name. An error is not remembered: the next caller asks again.
    fn resolve(&self, name: &str) -> Result<Option<Ipv4Addr>, Unreachable> {
        self.answers.try_get_or_insert_with_time(name.to_owned(), || self.server.ask(name))
    }

    /// Resolves a name aloud: what came of it, and who answered.
    fn look_up(&self, name: &str) -> Result<Option<Ipv4Addr>, Unreachable> {
        let before = self.questions();
        let answer = self.resolve(name);
        let from = if self.questions() == before { "the cache" } else { "the server" };
        match &answer {
            Ok(Some(address)) => println!("  {name}: {address}, from {from}"),
            Ok(None) => println!("  {name}: no such name, from {from}"),
            Err(Unreachable) => println!("  {name}: the server cannot be reached"),
        }
        answer
    }

    fn questions(&self) -> u32 {
        self.server.questions.load(SeqCst)
    }
}

fn main() {
    let (time, expired) = (ManualClock::new(), Arc::new(AtomicU32::new(0)));
    let resolver = Resolver::new(&time, Arc::clone(&expired));

    // Many clients, one question.
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                assert_eq!(resolver.resolve("www.example.org"), Ok(Some(Ipv4Addr::new(192, 0, 2, 1))));
            });
        }
    });
    println!("8 clients at once ask for www.example.org; questions to the server: {}", resolver.questions());
    assert_eq!(resolver.questions(), 1);

    println!("other names, each asked for when it is not remembered:");
    assert_eq!(resolver.look_up("mail.example.org"), Ok(Some(Ipv4Addr::new(192, 0, 2, 2))));
    assert_eq!(resolver.look_up("nowhere.example.org"), Ok(None));
    assert_eq!(resolver.look_up("nowhere.example.org"), Ok(None));
    assert_eq!(resolver.questions(), 3, "that there is no such name is remembered");
    assert_eq!(resolver.look_up("flaky.example.org"), Err(Unreachable));
    assert_eq!(resolver.look_up("flaky.example.org"), Err(Unreachable));
    assert_eq!(resolver.questions(), 5, "an error is not");

    println!("half a minute later (www was good for 300 seconds, mail for 30):");
    time.advance(Duration::from_secs(30));
    resolver.look_up("www.example.org").expect("still good");
    assert_eq!(resolver.questions(), 5);
    resolver.look_up("mail.example.org").expect("asked again");
    assert_eq!((resolver.questions(), expired.load(SeqCst)), (6, 1));

    println!("five minutes later, the cache is cleaned up:");
    time.advance(Duration::from_secs(300));
    assert_eq!(resolver.answers.cleanup(), 3);
    assert!(resolver.answers.is_empty());

    let statistics = resolver.answers.statistics();
    println!(
        "in all: {} hits, {} misses, {} answers kept, {} expired; {} questions to the server",
        statistics.hits,
        statistics.misses,
        statistics.insertions,
        statistics.expirations,
        resolver.questions()
    );
    assert_eq!(statistics.insertions, 4);
    assert_eq!(statistics.expirations, 4);
}
