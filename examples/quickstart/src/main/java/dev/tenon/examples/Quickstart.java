package dev.tenon.examples;

/** Stands in until the agent is there. */
public final class Quickstart {
    private Quickstart() {}

    /** Prints the question it was given. */
    public static void main(String... args) {
        System.out.println(args.length == 0 ? "(no question)" : args[0]);
    }
}
