package dev.tenon.provider;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.tenon.json.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A text as a point in space: texts that mean alike lie near each other, those of one model and one purpose. Immutable. Two are equal where all their
 * numbers are. Its JSON form is the list of its numbers.
 */
public final class Embedding {
    private final float[] vector;

    private Embedding(float[] vector) {
        if (vector.length == 0) throw new IllegalArgumentException("a vector has at least one number");
        this.vector = new float[vector.length];
        for (int i = 0; i < vector.length; i++) {
            if (!Float.isFinite(vector[i])) {
                throw new IllegalArgumentException(
                        "a number of a vector is finite, but that at " + i + " is " + vector[i]);
            }
            // JSON has no zero below zero.
            this.vector[i] = vector[i] + 0.0f;
        }
    }

    /**
     * A point of these numbers.
     *
     * @throws IllegalArgumentException where there are none, or one is not finite
     */
    public static Embedding of(float... vector) {
        Objects.requireNonNull(vector, "vector");
        return new Embedding(vector);
    }

    /**
     * A point of the numbers in a list.
     *
     * @throws IllegalArgumentException where it is no list of numbers, or there are none
     */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public static Embedding of(Json list) {
        Objects.requireNonNull(list, "list");
        if (!(list instanceof Json.Arr items)) {
            throw new IllegalArgumentException("a vector is a list of numbers, got " + list.kind());
        }
        float[] vector = new float[items.size()];
        for (int i = 0; i < vector.length; i++) {
            if (!(items.get(i) instanceof Json.Num number)) {
                throw new IllegalArgumentException(
                        "a vector is a list of numbers, got " + items.get(i).kind() + " at " + i);
            }
            vector[i] = (float) number.doubleValue();
        }
        return new Embedding(vector);
    }

    /** The list of its numbers, each as short as reads back the same. */
    @JsonValue
    public Json json() {
        List<Json> numbers = new ArrayList<>(vector.length);
        for (float number : vector) {
            numbers.add(Json.of(new BigDecimal(Float.toString(number))));
        }
        return Json.Arr.of(numbers);
    }

    /** How many numbers it has. */
    public int dimensions() {
        return vector.length;
    }

    /** The number at a place, from 0. */
    public float get(int place) {
        return vector[place];
    }

    /** A copy of all numbers. */
    public float[] toArray() {
        return vector.clone();
    }

    /** Writes all numbers into an array, from this place on. */
    public void copyTo(float[] target, int from) {
        Objects.requireNonNull(target, "target");
        System.arraycopy(vector, 0, target, from, vector.length);
    }

    /**
     * The sum of the products, number by number; of two unit vectors their cosine.
     *
     * @throws IllegalArgumentException where the other has more numbers or fewer
     */
    public double dot(Embedding other) {
        Objects.requireNonNull(other, "other");
        if (other.vector.length != vector.length) {
            throw new IllegalArgumentException("vectors of " + vector.length + " and of " + other.vector.length
                    + " numbers have nothing in common: they come from two models");
        }
        double sum = 0;
        for (int i = 0; i < vector.length; i++) {
            sum += (double) vector[i] * other.vector[i];
        }
        return sum;
    }

    /** How alike two are, from -1 to 1; 0 where one of them is zero. */
    public double cosine(Embedding other) {
        Objects.requireNonNull(other, "other");
        double lengths = Math.sqrt(dot(this)) * Math.sqrt(other.dot(other));
        return lengths == 0 ? 0 : Math.clamp(dot(other) / lengths, -1, 1);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Embedding embedding && Arrays.equals(embedding.vector, vector);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(vector);
    }

    /** How many numbers it has. */
    @Override
    public String toString() {
        return "Embedding[" + vector.length + " numbers]";
    }
}
