package dev.tenon.workflow;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Graphs of dependencies: for each its predecessors. Linear in nodes and edges, and never recursive: a chain may be a hundred thousand long. */
final class Graphs {
    private Graphs() {}

    /** An order in which each comes after all that it depends on; shorter than the graph where that has a circle. */
    static int[] order(int[][] dependsOn) {
        int[] left = new int[dependsOn.length];
        int[][] next = dependents(dependsOn);
        int[] order = new int[dependsOn.length];
        int ready = 0;
        for (int i = 0; i < left.length; i++) {
            left[i] = dependsOn[i].length;
            if (left[i] == 0) {
                order[ready++] = i;
            }
        }
        for (int at = 0; at < ready; at++) {
            for (int after : next[order[at]]) {
                if (--left[after] == 0) {
                    order[ready++] = after;
                }
            }
        }
        return ready == order.length ? order : Arrays.copyOf(order, ready);
    }

    /** For each those that depend on it. */
    static int[][] dependents(int[][] dependsOn) {
        int[] counts = new int[dependsOn.length];
        for (int[] on : dependsOn) {
            for (int one : on) {
                counts[one]++;
            }
        }
        int[][] next = new int[dependsOn.length][];
        for (int i = 0; i < next.length; i++) {
            next[i] = new int[counts[i]];
        }
        Arrays.fill(counts, 0);
        for (int i = 0; i < dependsOn.length; i++) {
            for (int one : dependsOn[i]) {
                next[one][counts[one]++] = i;
            }
        }
        return next;
    }

    /** One circle, from a node back to itself. */
    static List<Integer> circle(int[][] dependsOn) {
        boolean[] ordered = new boolean[dependsOn.length];
        for (int done : order(dependsOn)) {
            ordered[done] = true;
        }
        int at = 0;
        while (ordered[at]) {
            at++;
        }
        // Each that is left depends on another that is left: following that comes back.
        List<Integer> path = new ArrayList<>();
        int[] seen = new int[dependsOn.length];
        while (seen[at] == 0) {
            path.add(at);
            seen[at] = path.size();
            for (int on : dependsOn[at]) {
                if (!ordered[on]) {
                    at = on;
                    break;
                }
            }
        }
        List<Integer> circle = new ArrayList<>(path.subList(seen[at] - 1, path.size()));
        circle.add(at);
        return circle;
    }

    /** Whether one depends on another, through any number of others. */
    static boolean reaches(int[][] dependsOn, int from, int to) {
        boolean[] seen = new boolean[dependsOn.length];
        ArrayDeque<Integer> todo = new ArrayDeque<>();
        todo.add(from);
        while (!todo.isEmpty()) {
            int at = todo.remove();
            if (at == to) {
                return true;
            }
            for (int on : dependsOn[at]) {
                if (!seen[on]) {
                    seen[on] = true;
                    todo.add(on);
                }
            }
        }
        return false;
    }
}
