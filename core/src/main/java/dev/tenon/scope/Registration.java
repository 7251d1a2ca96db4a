package dev.tenon.scope;

/** Something registered that can be taken back. Thread-safe; closing twice is the same as once. */
@FunctionalInterface
public interface Registration extends AutoCloseable {
    /** Nothing was registered. */
    Registration NONE = () -> {};

    @Override
    void close();
}
