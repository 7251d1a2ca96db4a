package tools.jackson.sample;

/** Stands for a type of Jackson's. */
public final class Tree {}
