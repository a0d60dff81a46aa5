//! The sizes of families, and the shapes of their programs.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// How many threads, and how many operations each has at most.
///
/// `2x1` is two threads of one operation each, `2x2` two of one or two. `1+2` is one thread of one operation beside one of one or
/// two: what 2x2 has where only one thread goes on, and far fewer programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Size {
    /// For each thread the most operations, the fewest first; 0 for a thread that is not there.
    most: [usize; MAX_THREADS],
}

/// A family has no more threads, and no more operations in one.
const MAX_THREADS: usize = 3;
const MAX_OPERATIONS: usize = 3;

impl Size {
    /// So many threads of at most so many operations each.
    ///
    /// # Panics
    /// When there are no such families.
    pub fn of(threads: usize, operations: usize) -> Size {
        Size::each(&vec![operations; threads]).expect("from 1 to 3 threads of 1 to 3 operations")
    }

    /// So many operations at most for each thread.
    fn each(most: &[usize]) -> Option<Size> {
        let is_known = (1..=MAX_THREADS).contains(&most.len())
            && most.iter().all(|operations| (1..=MAX_OPERATIONS).contains(operations));
        let mut size = Size { most: [0; MAX_THREADS] };
        if is_known {
            size.most[MAX_THREADS - most.len()..].copy_from_slice(most);
            size.most.sort_unstable();
        }
        is_known.then_some(size)
    }

    /// The most operations of each thread, the fewest first.
    pub fn threads(&self) -> &[usize] {
        let absent = self.most.iter().take_while(|operations| **operations == 0).count();
        &self.most[absent..]
    }

    /// The most operations of a thread.
    pub fn operations(&self) -> usize {
        self.most[MAX_THREADS - 1]
    }

    /// What it leaves out, in words.
    pub fn leaves_out(&self) -> String {
        let threads = self.threads();
        let plural = |n: usize| if n == 1 { "" } else { "s" };
        match self.is_even() {
            true => format!(
                "programs of more than {} threads or {} operation{} a thread",
                threads.len(),
                self.operations(),
                plural(self.operations())
            ),
            false => {
                let most: Vec<String> = threads.iter().map(usize::to_string).collect();
                let (last, first) = most.split_last().expect("a size has threads");
                format!("programs of threads with more than {} and {last} operations", first.join(", "))
            }
        }
    }

    fn is_even(&self) -> bool {
        self.threads().first() == self.threads().last()
    }
}

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = |text: &str| text.parse::<usize>().ok().filter(|number| *number <= MAX_THREADS);
        let most = match text.split_once('x') {
            Some((threads, operations)) => {
                number(threads).zip(number(operations)).map(|(threads, operations)| vec![operations; threads])
            }
            None if text.contains('+') => text.split('+').map(number).collect(),
            None => None,
        };
        most.and_then(|most| Size::each(&most)).ok_or_else(|| {
            "a size is threads x operations, each from 1 to 3: 2x1, 2x2, 3x1; or the operations of each thread: 1+2".to_owned()
        })
    }
}

impl TryFrom<String> for Size {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Size> for String {
    fn from(size: Size) -> String {
        size.to_string()
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_even() {
            return write!(f, "{}x{}", self.threads().len(), self.operations());
        }
        let most: Vec<String> = self.threads().iter().map(usize::to_string).collect();
        f.write_str(&most.join("+"))
    }
}

/// Which programs of a size.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Shape {
    /// All.
    #[default]
    All,
    /// Store buffering: `write a; read b || write b; read a`.
    Sb,
}
