//! What the families of a subject are made of: its operations, and the steps that lead to its start states.

/// An operation that runs the code of another one, and drops its result or only puts it in other words. It is not in the
/// families: whoever declares one has to show that nothing is lost by that.
#[derive(Debug)]
pub struct Same {
    /// The operation that is left out.
    pub template: &'static str,
    /// The one that stands for it.
    pub counted: &'static str,
    /// What the first returns where the second returns this.
    pub result: fn(&str) -> String,
}

/// What the families of a subject are made of. In a template `#` stands for a key, and `$` for a value that no other
/// operation of the program has.
#[derive(Debug)]
pub struct Templates {
    /// The operations of a key. Where a key is live in a start state, its value is 1.
    pub keyed: &'static [&'static str],
    /// The operations of the whole.
    pub whole: &'static [&'static str],
    /// Of those, the ones that only read: the second operations of the shape `sb`.
    pub reads: &'static [&'static str],
    /// What is left out, for what.
    pub same: &'static [Same],
    /// Set-up steps of a key, for the search for start states.
    pub steps: &'static [&'static str],
    /// Set-up steps of the whole.
    pub whole_steps: &'static [&'static str],
    /// Set-ups may use a key that no thread uses, so that the tables have something besides the keys of the family.
    pub filler: bool,
    /// A fact of a structure: where it is not 0, lawless users also begin with one more key. What a key's `Eq` hides must stay hidden for as
    /// long as it takes to use it again.
    pub one_more_where: Option<&'static str>,
    /// What lawless users may use beside the operations above: what runs more of their code.
    pub more: &'static [&'static str],
}

impl Templates {
    /// The name of the operation of a template.
    pub fn name(template: &str) -> &str {
        template.split(' ').next().unwrap_or(template)
    }

    /// Whether its operations have keys.
    pub fn has_keys(&self) -> bool {
        !self.keyed.is_empty()
    }
}
