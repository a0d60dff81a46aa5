//! Counters of a server, scraped over HTTP in the text form that Prometheus reads.
//!
//! A counter by method and status, one hot striped counter for all bytes, and a report of what was added since the last report.
//! No increment is lost between two reports, as it would be by a `Get` and then a `Reset`.
//!
//! Run it: `cargo run --example metrics`

use std::fmt::Write as _;
use std::io::{self, BufRead, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use sync_map::{Counter, CounterMap};

/// What a request is counted under.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Label {
    method: &'static str,
    status: u16,
}

#[derive(Default)]
struct Metrics {
    requests: CounterMap<Label>,
    bytes: Counter,
    /// Errors since the last report.
    errors: CounterMap<u16>,
}

impl Metrics {
    fn record(&self, method: &'static str, status: u16, bytes: i64) {
        self.requests.increment(Label { method, status });
        self.bytes.add(bytes);
        if status >= 500 {
            self.errors.increment(status);
        }
    }

    /// The text form, version 0.0.4.
    fn render(&self) -> String {
        let mut text =
            String::from("# HELP http_requests_total Requests.\n# TYPE http_requests_total counter\n");
        let mut rows = self.requests.snapshot();
        rows.sort();
        for (Label { method, status }, count) in rows {
            // Writing to a string does not fail.
            let _ = writeln!(text, "http_requests_total{{method=\"{method}\",status=\"{status}\"}} {count}");
        }
        text.push_str("# HELP http_bytes_total Bytes sent.\n# TYPE http_bytes_total counter\n");
        let _ = writeln!(text, "http_bytes_total {}", self.bytes.get());
        text
    }

    /// Answers one scrape.
    fn answer(&self, mut stream: TcpStream) -> io::Result<()> {
        let lines = io::BufReader::new(stream.try_clone()?).lines();
        let head: Vec<String> = lines
            .take_while(|line| !matches!(line, Ok(line) if line.is_empty()))
            .collect::<Result<_, _>>()?;
        let (status, body) = match head.first().is_some_and(|line| line.starts_with("GET /metrics ")) {
            true => ("200 OK", self.render()),
            false => ("404 Not Found", String::from("only /metrics is here\n")),
        };
        write!(
            stream,
            "HTTP/1.1 {status}\r\nContent-Type: text/plain; version=0.0.4\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        )
    }
}

/// What a scraper does.
fn scrape(address: SocketAddr, path: &str) -> io::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

fn main() {
    let metrics = Metrics::default();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port on this machine");
    let address = listener.local_addr().expect("it is bound");
    let mut reported = 0;
    std::thread::scope(|scope| {
        let server = scope.spawn(|| {
            for stream in listener.incoming().take(2) {
                stream.and_then(|stream| metrics.answer(stream)).expect("the scraper is on this machine");
            }
        });
        let workers: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    for request in 0..1000 {
                        let status = if request % 100 == 0 { 503 } else { 200 };
                        metrics.record("GET", status, 512);
                    }
                })
            })
            .collect();
        // A report while they work: takes what came since the last one.
        reported += metrics.errors.reset_and_get(&503);
        workers.into_iter().for_each(|worker| worker.join().expect("a worker"));
        reported += metrics.errors.reset_and_get(&503);

        let answer = scrape(address, "/metrics").expect("the server answers");
        println!("What a scraper gets from http://{address}/metrics:\n\n{answer}");
        assert!(answer.contains("http_requests_total{method=\"GET\",status=\"200\"} 3960\n"));
        assert!(answer.contains("http_requests_total{method=\"GET\",status=\"503\"} 40\n"));
        assert!(answer.contains("http_bytes_total 2048000\n"));
        assert!(scrape(address, "/").expect("the server answers").starts_with("HTTP/1.1 404"));
        server.join().expect("the server");
    });
    println!("Errors in both reports, one made while the workers ran: {reported}");
    assert_eq!(reported, 40, "no error is lost between two reports");
    assert_eq!(metrics.requests.top(1), [(Label { method: "GET", status: 200 }, 3960)]);
}
