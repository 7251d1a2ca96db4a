package dev.tenon.provider;

/**
 * Makes providers of one kind from a configuration. Implementations must be thread-safe.
 *
 * <p>One that is to be found by {@link ProviderRegistry#discover()} is a public class with a public constructor without parameters, is named in
 * {@code META-INF/services} or by {@code provides} in the module descriptor, and has {@link ProvidesModels}, so that all about it is known before it is made.
 *
 * @param <C> the configuration: a record, read by its JSON form; what is wrong with it beyond its schema is said by its constructor
 */
@FunctionalInterface
public interface ProviderFactory<C> {
    /**
     * A provider. Nothing is sent.
     *
     * @throws IllegalArgumentException where the configuration describes none; its message has no secret
     */
    Provider create(C config);
}
