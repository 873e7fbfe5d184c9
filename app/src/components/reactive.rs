//! What follows the signals that it reads: parts of pages, and values of attributes.
//!
//! The closures are boxed. The framework's code for a closure in a view weighs some kilobytes in
//! the browser's module; so it is there once, and not for each of them.

use leptos::prelude::*;

/// A part of a page, made again whenever something that it reads changes.
pub fn reactive<V: IntoView + 'static>(part: impl Fn() -> V + Send + 'static) -> Live<AnyView> {
    Box::new(move || part().into_any())
}

/// The value of an attribute or property, the same way.
pub fn reactive_attr<T>(value: impl Fn() -> T + Send + 'static) -> Live<T> {
    Box::new(value)
}

/// What views take for a closure.
type Live<T> = Box<dyn Fn() -> T + Send>;
