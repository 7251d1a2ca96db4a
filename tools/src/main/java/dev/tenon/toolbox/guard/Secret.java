package dev.tenon.toolbox.guard;

import java.util.Objects;

/** A secret's value, which no {@code toString}, no JSON form and no equality gives away. Immutable. */
public final class Secret {
    private final String name;
    private final String value;

    /** A secret. */
    public Secret(String name, String value) {
        this.name = Objects.requireNonNull(name, "name");
        this.value = Objects.requireNonNull(value, "value");
    }

    /** Its name, which is no secret. */
    public String name() {
        return name;
    }

    /** The value itself. For the call that needs it, and nothing else. */
    public String reveal() {
        return value;
    }

    @Override
    public String toString() {
        return "Secret[" + name + "]";
    }
}
