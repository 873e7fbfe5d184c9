//! Reactive parts of pages and attribute values.
//!
//! The closures are boxed. The framework's code for a closure in a view weighs some kilobytes in
//! the browser's module; so it is there once, and not for each of them.

use leptos::prelude::*;

/// A part of a page, rendered again whenever a signal it reads changes.
pub fn reactive<V: IntoView + 'static>(part: impl Fn() -> V + Send + 'static) -> Live<AnyView> {
    Box::new(move || part().into_any())
}

/// The same for the value of an attribute or property.
pub fn reactive_attr<T>(value: impl Fn() -> T + Send + 'static) -> Live<T> {
    Box::new(value)
}

/// What a view accepts as a closure.
type Live<T> = Box<dyn Fn() -> T + Send>;
