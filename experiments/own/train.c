/* A training of one's own in C (docs/your-own-training.md): x moves down (x - 3)^2 with noisy gradients.
   cc -O2 -o train train.c -lm && ./train 0.1 7 100 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static unsigned long long state;

/* A number between -1 and 1 that follows from the seed. */
static double noise(void) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (double)(state >> 11) / 4503599627370496.0 - 1.0;
}

int main(int count, char **words) {
    if (count != 4) {
        fprintf(stderr, "usage: train LEARNING_RATE SEED STEPS\n");
        return 2;
    }
    double rate = strtod(words[1], NULL), x = 0.0;
    state = strtoull(words[2], NULL, 10);
    long steps = strtol(words[3], NULL, 10);
    for (long step = 1; step <= steps; step++) {
        x -= rate * (2.0 * (x - 3.0) + 0.1 * noise());
        double loss = (x - 3.0) * (x - 3.0);
        printf("{\"step\": %ld, \"loss\": %.17g, \"validation\": {\"loss\": %.17g}}\n", step, loss, loss);
        fflush(stdout);
    }
    return 0;
}
