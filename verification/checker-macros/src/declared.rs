//! What an author has declared, and what is wrong with it: each message points at the place, and says what to do.

use crate::refused;
use proc_macro2::TokenStream;
use syn::parse::{Parse, ParseStream, Parser};
use syn::spanned::Spanned;
use syn::{
    Attribute, Error, Expr, FnArg, Ident, ImplItem, ImplItemFn, ItemImpl, Lit, LitInt, LitStr, Meta, Result,
    Signature, Token, Type, UnOp,
};

/// `spec = Vec<u8>, name = "stack"`
pub(crate) struct Arguments {
    spec: Option<Type>,
    name: Option<LitStr>,
    is_looms: bool,
}

impl Parse for Arguments {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let mut arguments = Arguments { spec: None, name: None, is_looms: false };
        while !input.is_empty() {
            let what: Ident = input.parse()?;
            match what.to_string().as_str() {
                "loom" => arguments.is_looms = true,
                "spec" => {
                    input.parse::<Token![=]>()?;
                    arguments.spec = Some(input.parse()?);
                }
                "name" => {
                    input.parse::<Token![=]>()?;
                    arguments.name = Some(input.parse()?);
                }
                other => {
                    let message = format!(
                        "`{other}` is not known here: write `spec = TYPE`, `name = \"...\"` or `loom`"
                    );
                    return Err(Error::new(what.span(), message));
                }
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(arguments)
    }
}

/// Which arguments a parameter gets in the programs of a family.
pub(crate) enum Kind {
    Key,
    Value,
    OneOf(Vec<i64>),
}

/// A function of the block, with what its attributes say.
pub(crate) struct Function {
    pub(crate) signature: Signature,
    pub(crate) kinds: Vec<Kind>,
    pub(crate) waits: bool,
    pub(crate) may_fail: bool,
}

/// All that an author has declared.
pub(crate) struct Declared {
    /// The structure.
    pub(crate) structure: Type,
    /// The name of its type.
    pub(crate) ident: Ident,
    /// Its parameters.
    pub(crate) generics: syn::Generics,
    /// Its name in messages, if it has another.
    pub(crate) name: Option<LitStr>,
    pub(crate) spec: Type,
    pub(crate) is_looms: bool,
    pub(crate) init: Signature,
    pub(crate) operations: Vec<Function>,
    pub(crate) quiet: Option<Signature>,
    pub(crate) invariant: Option<Signature>,
    /// The block without our attributes, if its functions have bodies.
    pub(crate) block: Option<ItemImpl>,
}

/// What a function is.
enum Role {
    Init,
    Op { waits: bool, may_fail: bool },
    Quiet,
    Invariant,
}

fn role_of(attribute: &Attribute) -> Result<Option<Role>> {
    let Some(name) = attribute.path().get_ident() else { return Ok(None) };
    let role = match name.to_string().as_str() {
        "init" => Role::Init,
        "quiet" => Role::Quiet,
        "invariant" => Role::Invariant,
        "op" => {
            let (mut waits, mut may_fail) = (false, false);
            if !matches!(attribute.meta, Meta::Path(_)) {
                attribute.parse_nested_meta(|meta| {
                    match () {
                        () if meta.path.is_ident("waits") => waits = true,
                        () if meta.path.is_ident("may_fail") => may_fail = true,
                        () => {
                            return Err(
                                meta.error("an operation is `#[op]`, `#[op(waits)]` or `#[op(may_fail)]`")
                            );
                        }
                    }
                    Ok(())
                })?;
            }
            Role::Op { waits, may_fail }
        }
        _ => return Ok(None),
    };
    Ok(Some(role))
}

/// A function of the block. One without a body is no item of an `impl` block for the parser, which hands over its tokens.
fn function_of(item: &ImplItem) -> Result<(Vec<Attribute>, Signature, bool)> {
    let without_body = |input: ParseStream<'_>| -> Result<(Vec<Attribute>, Signature)> {
        let attributes = input.call(Attribute::parse_outer)?;
        input.parse::<syn::Visibility>()?;
        let signature = input.parse()?;
        input.parse::<Token![;]>()?;
        Ok((attributes, signature))
    };
    match item {
        ImplItem::Fn(ImplItemFn { attrs, sig, .. }) => Ok((attrs.clone(), sig.clone(), true)),
        ImplItem::Verbatim(tokens) => {
            let (attributes, signature) = without_body.parse2(tokens.clone())?;
            Ok((attributes, signature, false))
        }
        other => {
            Err(Error::new(other.span(), "only functions may stand here: put this into another `impl` block"))
        }
    }
}

/// Takes our attributes from the parameters of a function, and says what they say.
fn kinds_of(signature: &mut Signature) -> Result<Vec<Kind>> {
    let mut kinds = Vec::new();
    for input in &mut signature.inputs {
        let FnArg::Typed(parameter) = input else { continue };
        let mut kind = Kind::Value;
        for attribute in std::mem::take(&mut parameter.attrs) {
            match attribute.path().get_ident().map(Ident::to_string).as_deref() {
                Some("key") => kind = Kind::Key,
                Some("values") => kind = Kind::OneOf(values_of(&attribute)?),
                _ => parameter.attrs.push(attribute),
            }
        }
        kinds.push(kind);
    }
    Ok(kinds)
}

/// The numbers of `#[values(1, 2)]`.
fn values_of(attribute: &Attribute) -> Result<Vec<i64>> {
    let message = "write the numbers that the programs have here, from -999 to 999: `#[values(1, 2)]`";
    let list = syn::punctuated::Punctuated::<Expr, Token![,]>::parse_terminated;
    let all = attribute.parse_args_with(list).map_err(|_| Error::new(attribute.span(), message))?;
    let number = |literal: &LitInt| literal.base10_parse::<i64>().ok().filter(|n| *n <= 999);
    let value = |expression: &Expr| match expression {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Int(literal) => number(literal),
            _ => None,
        },
        Expr::Unary(unary) => match (&unary.op, &*unary.expr) {
            (UnOp::Neg(_), Expr::Lit(literal)) => match &literal.lit {
                Lit::Int(literal) => number(literal).map(|n| -n),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    };
    let values: Result<Vec<i64>> =
        all.iter().map(|one| value(one).ok_or_else(|| Error::new(one.span(), message))).collect();
    values.and_then(|values| match values.is_empty() {
        true => Err(Error::new(attribute.span(), message)),
        false => Ok(values),
    })
}

/// That a function takes what it should.
fn receives(signature: &Signature, wanted: &str, message: &str) -> Result<()> {
    let receiver = match signature.receiver() {
        None => "",
        Some(receiver) if receiver.reference.is_none() => "self",
        Some(receiver) if receiver.mutability.is_some() => "&mut self",
        Some(_) => "&self",
    };
    if receiver == wanted { Ok(()) } else { Err(Error::new(signature.span(), message)) }
}

/// The last name of a type's path.
fn ident_of(structure: &Type) -> Result<Ident> {
    let last = match structure {
        // What a macro hands over.
        Type::Group(group) => return ident_of(&group.elem),
        Type::Path(path) => path.path.segments.last().map(|segment| segment.ident.clone()),
        _ => None,
    };
    last.ok_or_else(|| Error::new(structure.span(), "this is no type with a name of its own"))
}

impl Declared {
    pub(crate) fn read(arguments: Arguments, mut block: ItemImpl) -> Result<Declared> {
        if let Some((_, path, _)) = &block.trait_ {
            return Err(Error::new(
                path.span(),
                "this stands before an `impl` block of the structure itself, and not of a trait",
            ));
        }
        let ident = ident_of(&block.self_ty)?;
        let Some(spec) = arguments.spec else {
            let message = "say which type is the sequential specification: `#[subject(spec = Vec<u8>)]`";
            return Err(Error::new(ident.span(), message));
        };
        let (mut init, mut quiet, mut invariant) = (None, None, None);
        let (mut operations, mut with_body, mut without_body) = (Vec::new(), 0, None);
        for item in &mut block.items {
            let (attributes, mut signature, has_body) = function_of(item)?;
            let mut role = None;
            for attribute in &attributes {
                match role_of(attribute)? {
                    Some(_) if role.is_some() => {
                        let message = "this function is something else already: leave one of the two out";
                        return Err(Error::new(attribute.span(), message));
                    }
                    found => role = role.or(found),
                }
            }
            if role.is_some() {
                refused::of_attributes(&attributes)?;
            }
            if matches!(role, Some(Role::Op { .. } | Role::Quiet)) {
                refused::of_signature(&signature, &block.generics)?;
            }
            let name = signature.ident.clone();
            let kinds = kinds_of(&mut signature)?;
            with_body += usize::from(has_body);
            without_body = without_body.or((!has_body).then(|| signature.span()));
            if let ImplItem::Fn(function) = item {
                function.attrs.retain(|attribute| !matches!(role_of(attribute), Ok(Some(_))));
                function.sig = signature.clone();
            }
            if signature.asyncness.is_some() || signature.unsafety.is_some() {
                return Err(Error::new(
                    signature.span(),
                    "programs call plain functions: neither `async` nor `unsafe`",
                ));
            }
            match role {
                None if has_body => {}
                None => {
                    return Err(Error::new(
                        signature.span(),
                        "say what it is: `#[init]`, `#[op]`, `#[quiet]` or `#[invariant]`",
                    ));
                }
                Some(Role::Init) => {
                    let message = "`#[init]` makes a fresh one, and takes nothing: `fn new() -> Self`";
                    receives(&signature, "", message)?;
                    if !signature.inputs.is_empty() {
                        return Err(Error::new(signature.inputs.span(), message));
                    }
                    refused::set_once(&mut init, signature, &name, "init")?;
                }
                Some(Role::Op { waits, may_fail }) => {
                    receives(
                        &signature,
                        "&self",
                        "several threads call an operation at once: it takes `&self`",
                    )?;
                    operations.push(Function { signature, kinds, waits, may_fail });
                }
                Some(Role::Quiet) => {
                    receives(
                        &signature,
                        "&mut self",
                        "`#[quiet]` looks when no thread is left: it takes `&mut self`",
                    )?;
                    refused::set_once(&mut quiet, signature, &name, "quiet")?;
                }
                Some(Role::Invariant) => {
                    receives(
                        &signature,
                        "&mut self",
                        "`#[invariant]` looks when no thread is left: it takes `&mut self`",
                    )?;
                    refused::set_once(&mut invariant, signature, &name, "invariant")?;
                }
            }
        }
        if let (Some(place), true) = (without_body, with_body > 0) {
            return Err(Error::new(place, "either all functions of the block have bodies, or none has"));
        }
        let Some(init) = init else {
            return Err(Error::new(ident.span(), "one function makes a fresh one: put `#[init]` before it"));
        };
        if operations.is_empty() {
            return Err(Error::new(
                ident.span(),
                "programs call operations: put `#[op]` before each of them",
            ));
        }
        let (name, generics) = (arguments.name, block.generics.clone());
        let structure = (*block.self_ty).clone();
        let block = (with_body > 0).then_some(block);
        let is_looms = arguments.is_looms;
        Ok(Declared {
            structure,
            generics,
            ident,
            name,
            spec,
            is_looms,
            init,
            operations,
            quiet,
            invariant,
            block,
        })
    }
}

/// The tokens of something that may be missing.
pub(crate) fn or_nothing(tokens: Option<TokenStream>) -> TokenStream {
    tokens.unwrap_or_default()
}
