/** Crates that are the compiler's or well known. Without debug information there is no file that would tell. */
const crates: ReadonlySet<string> = new Set(
  // of the compiler
  (
    'std core alloc proc_macro test __rustc std_detect panic_unwind panic_abort gimli addr2line backtrace ' +
    // tasks and calls
    'tokio tokio_util tokio_stream async_std smol async_executor futures futures_util futures_core futures_executor rayon ' +
    'rayon_core crossbeam crossbeam_channel crossbeam_utils mio hyper hyper_util h2 http http_body http_body_util tower ' +
    'tower_http tower_service tower_layer axum axum_core actix actix_web actix_rt actix_http actix_server actix_service warp ' +
    'rocket poem salvo tonic prost reqwest ureq rustls native_tls openssl quinn lapin rdkafka async_graphql tungstenite ' +
    'aws_config aws_sdk_s3 aws_smithy_runtime lambda_runtime kube ' +
    // databases
    'sqlx sqlx_core sqlx_postgres sqlx_mysql sqlx_sqlite diesel sea_orm tokio_postgres postgres rusqlite redis mongodb ' +
    'deadpool bb8 r2d2 ' +
    // errors, logs, metrics and traces
    'anyhow eyre color_eyre stable_eyre thiserror error_stack snafu log env_logger tracing tracing_core tracing_subscriber ' +
    'tracing_opentelemetry tracing_futures opentelemetry opentelemetry_sdk opentelemetry_otlp metrics sentry sentry_core ' +
    // for everything
    'serde serde_json serde_yaml toml bytes parking_lot once_cell lazy_static regex rand chrono time uuid clap indexmap ' +
    'hashbrown dashmap smallvec itertools url async_trait pin_project ' +
    // types that are built in, whose methods have no crate in their name
    'str char bool u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize f32 f64'
  ).split(' '),
);

/** The sources of the standard library, as they were built or installed, and those of dependencies. */
const libraryFile =
  /^\/rustc\/|[\\/]rustlib[\\/]src[\\/]|^library[\\/](?:std|core|alloc)[\\/]|[\\/](?:\.cargo|cargo)[\\/](?:registry|git)[\\/]|(?:^|[\\/])vendor[\\/]/;

/** @param module undefined for what is no path of Rust: the C library's, or the entry that the compiler makes */
export function isRustLibrary(module: string | undefined, file: string | undefined): boolean {
  if (file !== undefined && libraryFile.test(file)) return true;
  if (module === undefined) return file?.endsWith('.rs') !== true;
  return crates.has(module.split('::', 1)[0]!) || /^\W/.test(module);
}
