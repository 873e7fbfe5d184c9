//! The browser's requests to server functions: one code path for all queries and forms.
//! Each server function comes with a typed client. The browser's module would carry them all but
//! needs none: it has the fields of a form, and gets text.

use leptos::prelude::window;
use send_wrapper::SendWrapper;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::js_sys::JSON;
use web_sys::{Headers, RequestInit, Response};

use super::PageData;
use crate::error::AppError;

/// A request body.
pub enum Body {
    /// The fields of a form, as a browser encodes them.
    Form(String),
    /// JSON.
    Json(String),
}

/// Posts to the server function at this path. What a page reads of its result is text, which
/// arrives as a JSON string.
pub async fn post(path: &str, body: Body) -> PageData {
    // The browser has one thread, which the resources of the pages cannot know.
    let exchanged = SendWrapper::new(exchange(path, body)).await;
    PageData(match exchanged {
        Err(_) => Err(AppError::no_answer()),
        Ok((true, json)) => Ok(json_string(&json).unwrap_or_default()),
        Ok((false, text)) => {
            Err(serde_json::from_str(&text).unwrap_or_else(|_| AppError::not_understood()))
        }
    })
}

/// The text of a JSON string, parsed by the browser.
pub fn json_string(json: &str) -> Option<String> {
    JSON::parse(json).ok()?.as_string()
}

/// Whether it succeeded, and the response text.
async fn exchange(path: &str, body: Body) -> Result<(bool, String), JsValue> {
    let (kind, text) = match body {
        Body::Form(fields) => ("application/x-www-form-urlencoded", fields),
        Body::Json(json) => ("application/json", json),
    };
    let headers = Headers::new()?;
    headers.set("Accept", "application/json")?;
    headers.set("Content-Type", kind)?;
    let request = RequestInit::new();
    request.set_method("POST");
    request.set_headers(&headers);
    request.set_body(&text.into());
    let response = window().fetch_with_str_and_init(path, &request);
    let response: Response = JsFuture::from(response).await?.unchecked_into();
    let text = JsFuture::from(response.text()?).await?;
    Ok((response.ok(), text.as_string().unwrap_or_default()))
}
