package dev.tenon.workflow.picture;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Gives boxes their places: in layers by the longest way from a beginning; within a layer in an order in which arrows cross seldom, by the means of neighbours; and moved
 * to where their neighbours are. An arrow over several layers passes each at a point of its own, so that it runs between boxes. After Sugiyama, Tagawa and Toda, "Methods for Visual Understanding of
 * Hierarchical System Structures", 1981. Not thread-safe.
 */
final class Layout {
    static final int LINE = 16;
    private static final double CHARACTER = 7.3;
    private static final double GAP = 28;
    private static final double LAYER_GAP = 52;
    private static final int SWEEPS = 8;

    /** A box, or a point that an arrow passes. */
    static final class Spot {
        final double width;
        final double height;
        int layer;
        double x;
        double y;
        final List<Spot> above = new ArrayList<>();
        final List<Spot> below = new ArrayList<>();

        Spot(double width, double height) {
            this.width = width;
            this.height = height;
        }

        double left() {
            return x - width / 2;
        }
    }

    /** An arrow with all that it passes, from its beginning to its end. */
    record Way(Drawing.Arrow arrow, List<Spot> spots) {}

    final List<Spot> boxes = new ArrayList<>();
    final List<Way> ways = new ArrayList<>();
    private final List<List<Spot>> layers = new ArrayList<>();
    double width;
    double height;

    Layout(Drawing drawing) {
        for (Drawing.Box box : drawing.boxes()) {
            double widest = 40;
            for (String line : box.label()) {
                widest = Math.max(widest, line.codePointCount(0, line.length()) * CHARACTER);
            }
            boolean wide = box.look() == Drawing.Look.CHOICE || box.look() == Drawing.Look.AGAIN;
            boxes.add(new Spot(widest + (wide ? 56 : 24), box.label().size() * LINE + (wide ? 28 : 16)));
        }
        layer(drawing);
        for (Drawing.Arrow arrow : drawing.arrows()) {
            ways.add(new Way(
                    arrow, arrow.back() ? List.of(boxes.get(arrow.from()), boxes.get(arrow.to())) : way(arrow)));
        }
        order();
        place();
    }

    /** Boxes are made before those that they lead to, but for arrows back, so one pass in their order is enough. */
    private void layer(Drawing drawing) {
        List<List<Integer>> next = new ArrayList<>();
        int[] left = new int[boxes.size()];
        boxes.forEach(box -> next.add(new ArrayList<>()));
        for (Drawing.Arrow arrow : drawing.arrows()) {
            if (!arrow.back()) {
                next.get(arrow.from()).add(arrow.to());
                left[arrow.to()]++;
            }
        }
        List<Integer> ready = new ArrayList<>();
        for (int i = 0; i < left.length; i++) {
            if (left[i] == 0) {
                ready.add(i);
            }
        }
        for (int at = 0; at < ready.size(); at++) {
            Spot spot = boxes.get(ready.get(at));
            for (int to : next.get(ready.get(at))) {
                Spot lower = boxes.get(to);
                lower.layer = Math.max(lower.layer, spot.layer + 1);
                if (--left[to] == 0) {
                    ready.add(to);
                }
            }
        }
        for (Spot box : boxes) {
            put(box);
        }
    }

    private void put(Spot spot) {
        while (layers.size() <= spot.layer) {
            layers.add(new ArrayList<>());
        }
        layers.get(spot.layer).add(spot);
    }

    private List<Spot> way(Drawing.Arrow arrow) {
        Spot from = boxes.get(arrow.from());
        Spot to = boxes.get(arrow.to());
        List<Spot> spots = new ArrayList<>();
        spots.add(from);
        for (int layer = from.layer + 1; layer < to.layer; layer++) {
            Spot point = new Spot(10, 0);
            point.layer = layer;
            put(point);
            spots.add(point);
        }
        spots.add(to);
        for (int i = 0; i + 1 < spots.size(); i++) {
            spots.get(i).below.add(spots.get(i + 1));
            spots.get(i + 1).above.add(spots.get(i));
        }
        return spots;
    }

    private void order() {
        spread();
        for (int sweep = 0; sweep < SWEEPS; sweep++) {
            boolean down = sweep % 2 == 0;
            for (int i = 0; i < layers.size(); i++) {
                List<Spot> layer = layers.get(down ? i : layers.size() - 1 - i);
                layer.sort(Comparator.comparingDouble(spot -> middle(spot, down ? spot.above : spot.below)));
                pack(layer);
            }
        }
    }

    private static double middle(Spot spot, List<Spot> neighbours) {
        return neighbours.isEmpty()
                ? spot.x
                : neighbours.stream().mapToDouble(one -> one.x).average().orElse(spot.x);
    }

    private void spread() {
        layers.forEach(Layout::pack);
    }

    /** Side by side, around zero. */
    private static void pack(List<Spot> layer) {
        double all = layer.stream().mapToDouble(spot -> spot.width + GAP).sum() - GAP;
        double x = -all / 2;
        for (Spot spot : layer) {
            spot.x = x + spot.width / 2;
            x += spot.width + GAP;
        }
    }

    /** Moves each to its neighbours, as far as those beside it let it. */
    private void place() {
        for (int sweep = 0; sweep < SWEEPS; sweep++) {
            boolean down = sweep % 2 == 0;
            for (int i = 0; i < layers.size(); i++) {
                List<Spot> layer = layers.get(down ? i : layers.size() - 1 - i);
                shift(layer, down);
            }
        }
        double least = boxes.stream().mapToDouble(Spot::left).min().orElse(0);
        double y = 24;
        for (List<Spot> layer : layers) {
            double tallest =
                    layer.stream().mapToDouble(spot -> spot.height).max().orElse(0);
            for (Spot spot : layer) {
                spot.x += 24 - least;
                spot.y = y + tallest / 2;
                width = Math.max(width, spot.x + spot.width / 2);
            }
            y += tallest + LAYER_GAP;
        }
        height = y - LAYER_GAP + 24;
        width += 24;
    }

    /** Wanted places are taken from the left and from the right, and the mean of both keeps all apart. */
    private static void shift(List<Spot> layer, boolean down) {
        int count = layer.size();
        double[] wanted = new double[count];
        for (int i = 0; i < count; i++) {
            Spot spot = layer.get(i);
            wanted[i] = middle(spot, down ? spot.above : spot.below);
        }
        double[] fromLeft = wanted.clone();
        double[] fromRight = wanted.clone();
        for (int i = 1; i < count; i++) {
            fromLeft[i] = Math.max(fromLeft[i], fromLeft[i - 1] + apart(layer.get(i - 1), layer.get(i)));
        }
        for (int i = count - 2; i >= 0; i--) {
            fromRight[i] = Math.min(fromRight[i], fromRight[i + 1] - apart(layer.get(i), layer.get(i + 1)));
        }
        for (int i = 0; i < count; i++) {
            layer.get(i).x = (fromLeft[i] + fromRight[i]) / 2;
        }
    }

    private static double apart(Spot left, Spot right) {
        return left.width / 2 + GAP + right.width / 2;
    }
}
