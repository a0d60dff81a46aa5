//! What is written for an author: the trait of the specification, and the structure as a subject.

use crate::declared::{Declared, Function, Kind, or_nothing};
use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{FnArg, Pat, ReturnType, Signature, Type};

fn type_of(input: &FnArg) -> Option<&Type> {
    match input {
        FnArg::Typed(parameter) => Some(&parameter.ty),
        FnArg::Receiver(_) => None,
    }
}

/// The types of the parameters, without `self`.
fn types_of(signature: &Signature) -> Vec<&Type> {
    signature.inputs.iter().filter_map(type_of).collect()
}

fn returned_by(signature: &Signature) -> TokenStream {
    match &signature.output {
        ReturnType::Default => quote!(()),
        ReturnType::Type(_, returned) => quote!(#returned),
    }
}

/// A function of the specification's trait: the same signature, on `&mut self`.
fn specified(function: &Signature, waits: bool) -> TokenStream {
    let name = &function.ident;
    // Without `mut`, and without patterns: a function of a trait has none.
    let typed = function.inputs.iter().enumerate().filter_map(|(at, input)| match input {
        FnArg::Typed(parameter) => {
            let argument = match &*parameter.pat {
                Pat::Ident(name) => name.ident.clone(),
                other => format_ident!("argument_{at}", span = other.span()),
            };
            let of = &parameter.ty;
            Some(quote!(#argument: #of))
        }
        FnArg::Receiver(_) => None,
    });
    let returned = returned_by(function);
    let returned = if waits { quote!(::checker::Wait<#returned>) } else { returned };
    let about = format!("What `{name}` does when nobody else is there.");
    quote_spanned!(name.span()=> #[doc = #about] fn #name(&mut self, #(#typed),*) -> #returned;)
}

fn param((kind, of): (&Kind, &Type)) -> TokenStream {
    match kind {
        Kind::Key => quote!(::checker::Param::Key),
        Kind::Value => quote_spanned!(of.span()=> <#of as ::checker::Argument>::PARAM),
        Kind::OneOf(values) => quote!(::checker::Param::OneOf(&[#(#values),*])),
    }
}

fn operation(function: &Function) -> TokenStream {
    let name = function.signature.ident.unraw().to_string();
    let params = function.kinds.iter().zip(types_of(&function.signature)).map(param);
    let (waits, may_fail) = (function.waits, function.may_fail);
    quote!(::checker::Op { name: #name, params: &[#(#params),*], waits: #waits, may_fail: #may_fail })
}

/// The arms that call each operation: `path::push(first, ...)`.
fn arms(operations: &[Function], path: &TokenStream, first: &TokenStream) -> TokenStream {
    let arms = operations.iter().enumerate().map(|(number, function)| {
        let name = &function.signature.ident;
        let arguments = types_of(&function.signature).into_iter().enumerate().map(
            |(at, of)| quote_spanned!(of.span()=> <#of as ::checker::Argument>::from_number(arguments[#at])),
        );
        let output = function.signature.output.span();
        let call = quote!(#path::#name(#first, #(#arguments),*));
        quote_spanned!(output=> #number => ::checker::Returned::answer(&#call),)
    });
    quote!(#(#arms)* _ => ::core::unreachable!("an operation has a number below that of their count"),)
}

pub(crate) fn write(declared: Declared) -> TokenStream {
    let Declared {
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
    } = declared;
    let specification = format_ident!("{ident}Spec");
    let init = &init.ident;
    let listed = operations.iter().map(operation);
    let functions = operations.iter().map(|function| specified(&function.signature, function.waits));
    let quiet_function = or_nothing(quiet.as_ref().map(|quiet| specified(quiet, false)));
    let calls = arms(&operations, &quote!(<#structure>), &quote!(self));
    let specified = arms(&operations, &quote!(<#spec as #specification>), &quote!(spec));
    let quiet = or_nothing(quiet.map(|quiet| {
        let quiet = quiet.ident;
        quote! {
            fn quiet(&mut self) -> ::checker::Answer {
                ::checker::Returned::answer(&self.#quiet())
            }
            fn quiet_specified(spec: &mut Self::Spec) -> ::checker::Answer {
                ::checker::Returned::answer(&<#spec as #specification>::#quiet(spec))
            }
        }
    }));
    let invariant = or_nothing(invariant.map(|invariant| {
        let invariant = invariant.ident;
        quote! {
            fn invariant(&mut self) -> ::core::result::Result<(), ::std::string::String> {
                <#structure>::#invariant(self)
            }
        }
    }));
    let name = or_nothing(name.map(|name| quote!(fn name() -> &'static str { #name })));
    let (parameters, _, bounds) = generics.split_for_impl();
    let about = format!("The sequential specification of [`{ident}`].");
    quote! {
        #block

        #[doc = #about]
        trait #specification {
            #(#functions)*
            #quiet_function
        }

        impl #parameters ::checker::Subject for #structure #bounds {
            type Spec = #spec;
            const IS_LOOMS: bool = #is_looms;
            const OPERATIONS: &'static [::checker::Op] = &[#(#listed),*];

            #name
            fn init() -> Self {
                <#structure>::#init()
            }
            #[allow(unused_variables)]
            fn call(&self, operation: usize, arguments: &[i64]) -> ::checker::Answer {
                match operation { #calls }
            }
            #[allow(unused_variables)]
            fn specified(spec: &mut Self::Spec, operation: usize, arguments: &[i64]) -> ::checker::Answer {
                match operation { #specified }
            }
            #quiet
            #invariant
        }
    }
}
