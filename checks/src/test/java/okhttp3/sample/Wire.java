package okhttp3.sample;

/** Stands for a type of OkHttp's. */
public final class Wire {}
