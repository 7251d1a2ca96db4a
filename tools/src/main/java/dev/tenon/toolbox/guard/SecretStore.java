package dev.tenon.toolbox.guard;

import dev.tenon.error.TenonException;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Secrets by name. Give tools one by {@code Agent.builder(model).provide(SecretStore.class, store.only("NAME"))}, or each its own by {@link GrantedTool}. Implementations must be thread-safe.
 */
@FunctionalInterface
public interface SecretStore {
    /** The secret of this name; empty where there is none, or none that may be seen. */
    Optional<Secret> find(String name);

    /** The secret of this name. @throws TenonException of code {@code secret.missing} where there is none that may be seen */
    default Secret get(String name) {
        Objects.requireNonNull(name, "name");
        return find(name)
                .orElseThrow(() -> new TenonException(
                        "secret.missing",
                        "there is no secret \"" + name + "\" here, or it may not be seen; grant it by its name"));
    }

    /** Only these secrets of this store. */
    default SecretStore only(String... names) {
        Objects.requireNonNull(names, "names");
        Set<String> seen = new TreeSet<>(Set.of(names));
        return name -> seen.contains(name) ? find(name) : Optional.empty();
    }

    /** Where this store has no such secret, the other is asked. */
    default SecretStore orElse(SecretStore other) {
        Objects.requireNonNull(other, "other");
        return name -> find(name).or(() -> other.find(name));
    }

    /** The environment variables of these names, and no others. */
    static SecretStore environment(String... names) {
        Objects.requireNonNull(names, "names");
        SecretStore all = name -> Optional.ofNullable(System.getenv(name)).map(value -> new Secret(name, value));
        return all.only(names);
    }
}
