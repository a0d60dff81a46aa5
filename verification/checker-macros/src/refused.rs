//! What an author may write in Rust, and not here: each message says what to do instead.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{Attribute, Error, GenericParam, Generics, Result, Signature};

/// The first place of one of these names.
fn first_of(tokens: TokenStream, names: &[&Ident]) -> Option<Ident> {
    tokens.into_iter().find_map(|token| match token {
        TokenTree::Ident(ident) if names.contains(&&ident) => Some(ident),
        TokenTree::Group(group) => first_of(group.stream(), names),
        _ => None,
    })
}

/// That the specification's trait can have an operation's signature.
pub(crate) fn of_signature(signature: &Signature, of_block: &Generics) -> Result<()> {
    if !signature.generics.params.is_empty() {
        let message = "programs call functions without parameters in `<>`: leave them out";
        return Err(Error::new(signature.generics.span(), message));
    }
    let names: Vec<&Ident> = of_block
        .params
        .iter()
        .filter_map(|parameter| match parameter {
            GenericParam::Type(of) => Some(&of.ident),
            GenericParam::Const(of) => Some(&of.ident),
            GenericParam::Lifetime(_) => None,
        })
        .collect();
    let inputs = signature.inputs.to_token_stream();
    let found = first_of(inputs, &names).or_else(|| first_of(signature.output.to_token_stream(), &names));
    found.map_or(Ok(()), |name| {
        let message = format!(
            "the specification does not know `{name}`: name a type here, and write the block for a structure of it, \
             such as `impl Stack<u8>`"
        );
        Err(Error::new(name.span(), message))
    })
}

/// That a function is there whenever the block is.
pub(crate) fn of_attributes(attributes: &[Attribute]) -> Result<()> {
    let is_cfg =
        |attribute: &&Attribute| attribute.path().is_ident("cfg") || attribute.path().is_ident("cfg_attr");
    attributes.iter().find(is_cfg).map_or(Ok(()), |attribute| {
        let message = "this cannot be said of one function here: put it before the whole block, and write another block without the function";
        Err(Error::new(attribute.span(), message))
    })
}

/// The one of its kind.
pub(crate) fn set_once<T>(place: &mut Option<T>, what: T, at: &Ident, name: &str) -> Result<()> {
    if place.replace(what).is_some() {
        return Err(Error::new(
            at.span(),
            format!("there is a `#[{name}]` already: only one function is it"),
        ));
    }
    Ok(())
}
