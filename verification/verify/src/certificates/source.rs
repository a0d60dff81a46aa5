//! The source under test, as the runner asks for it.

use super::provenance;
use super::steps::{self, Taken as TakenSteps};
use crate::subjects;
use explore::passage::Passage;
use runner::source::{Source, Step, Taken};

/// The source that this binary was built from.
#[derive(Debug)]
pub struct ThisSource;

/// It.
pub static SOURCE: ThisSource = ThisSource;

impl Taken for TakenSteps {
    fn note(&mut self, calls: Vec<Passage>) -> Result<(), String> {
        TakenSteps::note(self, calls)
    }
    fn digits(&self) -> String {
        TakenSteps::digits(self)
    }
}

impl Source for ThisSource {
    fn steps(&self, subject: &str) -> Vec<Step> {
        steps::steps_of(subject).map(|steps| steps.steps.clone()).unwrap_or_default()
    }
    fn taken(&self, subject: &str) -> Option<Box<dyn Taken>> {
        steps::steps_of(subject).map(|steps| Box::new(TakenSteps::of(steps)) as Box<dyn Taken>)
    }
    fn takes_all_steps(&self, subject: &str) -> Option<(&'static str, usize)> {
        subjects::entry(subject)?.takes_all_steps
    }
    fn fingerprint(&self, subject: &str) -> String {
        subjects::entry(subject).map(provenance::fingerprint).unwrap_or_default()
    }
    fn versions(&self) -> Vec<String> {
        provenance::versions().into_iter().chain([provenance::compiler().to_owned()]).collect()
    }
    fn commit(&self) -> Option<String> {
        provenance::commit()
    }
}
