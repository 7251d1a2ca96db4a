/**
 * How a provider talks HTTP. Start at {@link dev.tenon.http.HttpClient}: blocking calls that end when their scope does; {@link
 * dev.tenon.http.HttpResponse} is read as it arrives, {@link dev.tenon.http.EventStream} turns bytes into server-sent events. The only
 * package that knows OkHttp.
 */
@NullMarked
package dev.tenon.http;

import org.jspecify.annotations.NullMarked;
