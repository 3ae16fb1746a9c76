//! Chapters 7 and 8: convolutional networks.

use crate::catalogue::macros::lessons;
use crate::catalogue::{Lesson, LessonsOfChapter7};
use crate::en::English;

impl LessonsOfChapter7 for English {
    lessons! {
        convolution_lesson {
            title: "Convolution",
            sees: "a filter slides",
            about: "At each place the filter is multiplied with the part of the image below it, and the products are summed. A filter of 3 by 3 on an image of 4 by 4 has 2 by 2 places. The bias, here 0, is added to all of them.",
            next: "a filter that only keeps the middle, and one that finds vertical edges:",
        }
        padding_lesson {
            title: "Padding",
            sees: "a border of zeros",
            about: "A border of one 0 around the image keeps the output as large as the image, 4 by 4, so that many layers can follow.",
            next: "another filter:",
        }
        stride_lesson {
            title: "Stride",
            sees: "every second place",
            about: "With a stride of 2 the filter moves two pixels at a time, and an image of 7 by 7 gives an output of 3 by 3: (7 − 3) / 2 + 1.",
            next: "another filter:",
        }
        pooling_lesson {
            title: "Max pooling",
            sees: "the largest of each window",
            about: "Windows of 2 by 2 with a stride of 2 keep only their largest number. Nothing is learnt here, and small shifts of the image change little.",
            next: "another image of 4 by 4:",
        }
        convnet_shapes_lesson {
            title: "A convolutional network in shapes",
            sees: "from 28 × 28 to 10",
            about: "The shape after each layer of the book's SimpleConvNet, and what each costs for one image. Nearly all parameters are in the first fully connected layer, most multiplications in the convolution.",
            next: "the same as a graph, and a deeper network:",
        }
        convnet_lesson {
            title: "Learning a convolutional network",
            sees: "test accuracy along the way",
            about: "Convolution, ReLU, pooling and two fully connected layers, learnt with Adam. At the size of the book it knows 98.96 % of the test images.",
            next: "another seed, or 20 epochs as in the book, which take minutes:",
        }
        filters_lesson {
            title: "Filters before and after",
            sees: "what a convolution learns",
            about: "The filters of the first layer are noise before learning. Afterwards many of them show edges and spots (on the page: --html).",
            next: "the page with pictures, and two epochs of all images:",
        }
        deep_network_lesson {
            title: "A deeper network",
            sees: "six convolutions",
            about: "Six convolutions of 3 by 3, three poolings and dropout. At the size of the book it reaches 99.38 % on MNIST. In a short run it is behind a smaller network: depth needs time.",
            next: "another seed, or the run of the book, which takes long:",
        }
        mistakes_lesson {
            title: "Misclassified images",
            sees: "which digits are hard",
            about: "The test images that the network takes for something else. Many would puzzle a person as well (on the page: --html).",
            next: "the page with the images, or a longer run:",
        }
    }
}
