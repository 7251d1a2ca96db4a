package dev.tenon.workflow;

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

    /**
     * Of pairs of nodes, the first of which should depend on the second through any number of others, those where it does not. In the order of the pairs.
     *
     * <p>A pair that are neighbours is seen at once; the others are looked for sixty-four at a time, in one walk through all edges each.
     *
     * @param dependsOn each sorted
     * @param order as of {@link #order}
     */
    static List<int[]> apart(int[][] dependsOn, int[] order, List<int[]> pairs) {
        List<int[]> distant = new ArrayList<>();
        for (int[] pair : pairs) {
            if (Arrays.binarySearch(dependsOn[pair[0]], pair[1]) < 0) {
                distant.add(pair);
            }
        }
        List<int[]> apart = new ArrayList<>();
        long[] from = new long[distant.isEmpty() ? 0 : dependsOn.length];
        for (int begin = 0; begin < distant.size(); begin += Long.SIZE) {
            List<int[]> some = distant.subList(begin, Math.min(begin + Long.SIZE, distant.size()));
            Arrays.fill(from, 0);
            for (int i = 0; i < some.size(); i++) {
                from[some.get(i)[1]] |= 1L << i;
            }
            for (int at : order) {
                for (int on : dependsOn[at]) {
                    from[at] |= from[on];
                }
            }
            for (int i = 0; i < some.size(); i++) {
                if ((from[some.get(i)[0]] & 1L << i) == 0) {
                    apart.add(some.get(i));
                }
            }
        }
        return apart;
    }
}
