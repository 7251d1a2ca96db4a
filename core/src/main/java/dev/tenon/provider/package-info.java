/**
 * What a model is to this library. Start at {@link dev.tenon.provider.Provider}: one model, one method; {@link dev.tenon.provider.Call} is the life of one
 * call and where its deltas go, {@link dev.tenon.provider.ProviderException} every way it can fail.
 */
@NullMarked
package dev.tenon.provider;

import org.jspecify.annotations.NullMarked;
